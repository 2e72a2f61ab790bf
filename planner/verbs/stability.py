"""What stability costs: the cost of answering events against the number of order lines that may change."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.files import write_csv, write_json
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.verbs.replan import Desk

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
NUMBERS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # of order lines; and all


@dataclass(frozen=True)
class Point:
    """The best plan found with at most `allowed` changed order lines (None = any number); costs by the projection [money].

    Where so few changes break a limit, it is not possible, and has no cost.
    """

    allowed: int | None
    changes: int
    possible: bool
    cost: float | None
    saved: float | None  # against the published plan as far as it is possible; None where that has no cost
    excess: dict[str, float]  # by how much which limits are broken


@dataclass(frozen=True)
class Frontier:
    """The points, from few changes to many."""

    base: Run
    events: tuple[str, ...]
    points: tuple[Point, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The content of the .json file."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "stability",
            "currency": self.base.record.currency,
            "base": self.base.record.run_id,
            "events": list(self.events),
            "points": [asdict(point) for point in self.points],
        }


def stability(
    name: str, registry: Registry, *, events: Path | str | None = None, source: Path | None = None, to: Path
) -> Frontier:
    """Answer the events of a run again, with more and more changes allowed; write .json and .csv.

    With `events` they are answered on top of the run itself. Raises UsageError, InvalidData, NothingToDo.
    """
    import pandas as pd

    _require_free(to)
    run = registry.find(name)
    desk, new = _question(run, registry, events, source)
    found = Frontier(desk.base, tuple(new["event_id"]), tuple(_points(desk, new)))
    frame = pd.DataFrame([asdict(point) for point in found.points]).drop(columns="excess")
    write_csv(to.with_suffix(".csv"), frame)
    write_json(to, found.document)
    return found


def _question(
    run: Run, registry: Registry, events: Path | str | None, source: Path | None
) -> "tuple[Desk, pd.DataFrame]":
    from planner.response.events import stored

    if events is not None:
        desk = Desk.of(run, source)
        return desk, desk.read(events).frame
    if not run.record.base:
        raise UsageError(
            f"{run.record.run_id} answers no events. Name one that `planner replan` has made, or say --events FILE."
        )
    desk = Desk.of(registry.find(run.record.base), source)
    both = stored(run.folder)
    new = both[~both["event_id"].isin(desk.past["event_id"])].reset_index(drop=True)
    if not len(new):
        raise UsageError(f"{run.record.run_id} has no events beyond those of its base.")
    return desk, new


def _points(desk: Desk, events: "pd.DataFrame") -> list[Point]:
    from planner.response.events import applied, scope, together
    from planner.response.replan.respond import respond, within

    now = desk.situation.with_tables(applied(desk.tables, together(desk.past, events)))
    touched = scope(desk.situation.data, desk.situation.placed.orders, events)
    best = respond(now, now.points(touched.pairs))
    do_nothing = None if now.plan.excess else now.plan.cost
    found = []
    for allowed in (*(number for number in NUMBERS if number < best.changes), None):
        one = best if allowed is None else within(best, allowed)
        fits = one.feasible and (allowed is None or one.changes <= allowed)
        cost = one.cost_after if fits else None
        saved = None if cost is None or do_nothing is None else do_nothing - cost
        found.append(Point(allowed, one.changes, fits, cost, saved, one.plan.excess))
    return found


def _require_free(to: Path) -> None:
    if to.suffix != ".json":
        raise UsageError(f"{to}: the frontier is written as .json, with a .csv beside it")
    for path in (to, to.with_suffix(".csv")):
        if path.exists():
            raise UsageError(
                f"{path} exists already; nothing was planned. Maybe choose another name with --to."
            )
