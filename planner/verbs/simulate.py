"""Policies in a closed loop: what is asked for, and where it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from planner.errors import UsageError
from planner.plan.effort import Policy
from planner.tables.buckets import BadBuckets, periods
from planner.tables.findings import nearest
from planner.value.simulate.setup import DAYS_BETWEEN, RESPONSE, Effort, Engine, Setup, Source, Trigger
from planner.verbs.validate import valid_data

if TYPE_CHECKING:
    from planner.tables.dataset import DataSet
    from planner.value.simulate.study import State

REPLICATIONS = 20


@dataclass(frozen=True)
class Request:
    """What is to be simulated; lists as the user writes them, None = the default."""

    source: Path
    policies: str = "joint,sequential,reorder"
    delays: str = "0"
    days: int = 56
    replications: int | None = None
    seed: int = 1
    truth: Source = "draws"
    review: int | None = None
    horizon: int | None = None
    gap: float = 0.05
    time_limit: float = 30.0
    engine: Engine = "quick"
    buckets: str | None = None
    service_weight: float = 1.0
    window: int | None = None
    triggers: str | None = None
    response: str | None = None
    shocks: str | None = None
    detect: bool = False
    workers: int = 1
    to: Path | None = None


@dataclass(frozen=True)
class Hooks:
    """How the caller follows a simulation, and ends it early with what is done."""

    progress: "Callable[[State], None]" = lambda _: None
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Outcome:
    """The content of `simulation.json`, and its folder."""

    folder: Path
    summary: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for is simulated."""
        return bool(self.summary["done"] == self.summary["cells"])


def simulate(request: Request, hooks: Hooks = Hooks()) -> Outcome:
    """Simulate what isn't done yet. Raises UsageError for what can't be asked for, InvalidData."""
    from planner.value.simulate.study import default_folder
    from planner.value.simulate.study import simulate as run

    policies, delays = _policies(request.policies), _delays(request.delays)
    replications, triggers = _replications(request), _triggers(request)
    data, _ = valid_data(request.source)
    horizon = request.horizon or data.settings.horizon_days
    review = max(trigger.review or data.settings.review_days for trigger in triggers)
    if review > horizon:
        raise UsageError(
            f"a review every {review} days needs plans of at least as many; they are made for {horizon} (--horizon)"
        )
    buckets = _buckets(request.buckets, horizon, review)
    rate, events = _shocks(request.shocks, data, request.days)
    setup = Setup(
        policies=policies,
        delays=delays,
        days=request.days,
        replications=replications,
        seed=request.seed,
        source=request.truth,
        triggers=triggers,
        shocks=rate,
        events=events,
        effort=Effort(
            request.gap,
            request.time_limit,
            request.engine,
            request.horizon,
            buckets,
            request.service_weight,
            request.window,
        ),
    )
    folder = request.to or default_folder(data, setup)
    summary = run(data, setup, folder, workers=request.workers, progress=hooks.progress, stop=hooks.stop)
    return Outcome(folder, summary)


def document(outcome: Outcome) -> dict[str, Any]:
    """A simulation for programs."""
    status = "completed" if outcome.complete else "incomplete"
    return {"status": status, "folder": str(outcome.folder), **outcome.summary}


def _policies(text: str) -> tuple[Policy, ...]:
    known = get_args(Policy)
    for name in (names := _parts(text)):
        if name not in known:
            hint = nearest(name, known) or f"Known are {', '.join(known)}."
            raise UsageError(f"--policies: there is no policy {name!r}. {hint}")
    if not names or len(set(names)) < len(names):
        raise UsageError(f"--policies {text!r}: name each policy once, such as joint,sequential.")
    return tuple(names)  # type: ignore[arg-type]


def _delays(text: str) -> tuple[int, ...]:
    days = _parts(text)
    if not days or not all(day.isdecimal() for day in days) or len(set(days)) < len(days):
        raise UsageError(f"--delay {text!r}: ages of information in whole days, each once, such as 0,1,3,7.")
    return tuple(int(day) for day in days)


def _triggers(request: Request) -> tuple[Trigger, ...]:
    if request.triggers is None:
        hours = _hours(request.response, ["review"])
        return (Trigger("review", request.review, hours["review"], request.detect),)
    if request.review is not None:
        raise UsageError("--review and --trigger both say how often plans are made: keep one of them.")
    for name in (names := _parts(request.triggers)):
        if name not in DAYS_BETWEEN:
            hint = nearest(name, list(DAYS_BETWEEN)) or f"Known are {', '.join(DAYS_BETWEEN)}."
            raise UsageError(f"--trigger: there is no trigger {name!r}. {hint}")
    if not names or len(set(names)) < len(names):
        raise UsageError(
            f"--trigger {request.triggers!r}: name each trigger once, such as event,weekly,daily."
        )
    hours = _hours(request.response, names)
    return tuple(Trigger(name, DAYS_BETWEEN[name], hours[name], request.detect) for name in names)  # type: ignore[arg-type]


def _hours(text: str | None, names: list[str]) -> dict[str, float]:
    """Response hours by trigger, from `0.1` or `weekly=48,event=0.1`."""
    found = dict.fromkeys(names, RESPONSE)
    for part in _parts(text or ""):
        name, _, hours = part.rpartition("=")
        number = _number(hours)
        if number is None or (name and name not in names):
            raise UsageError(
                f"--response {text!r}: hours for all triggers, such as 0.1, or for each of {', '.join(names)}, "
                f"such as {names[0]}=48."
            )
        found |= {name: number} if name else dict.fromkeys(names, number)
    return found


def _shocks(text: str | None, data: "DataSet", days: int) -> tuple[float, tuple[dict[str, Any], ...]]:
    """How many are drawn per week, or those of a file."""
    from planner.response.events import read
    from planner.tables.schema import TABLES
    from planner.tables.write import as_text
    from planner.value.simulate.conditions import over

    if text is None:
        return 0.0, ()
    rate = _number(text)
    if rate is not None:
        return rate, ()
    frame = read(Path(text), over(data, days)).frame
    texts = as_text(TABLES["events"], frame)
    return 0.0, tuple(dict(zip(texts.columns, row, strict=True)) for row in texts.itertuples(index=False))


def _number(text: str) -> float | None:
    """A number that isn't negative, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _buckets(text: str | None, horizon: int, review: int) -> str:
    """The periods, if they divide the horizon and their first ones, which are carried out, are days."""
    if text is None:
        return ""
    try:
        lengths = periods(text, horizon)
    except BadBuckets as fault:
        raise UsageError(f"--buckets: {fault}") from None
    if set(lengths[:review]) != {1}:
        raise UsageError(
            f"--buckets {text!r}: the first {review} days are carried out before the next review, so they must be planned as days, "
            f"such as {review}d,1x{horizon - review}d"
        )
    return text


def _replications(request: Request) -> int:
    if request.truth == "history":
        if request.replications not in (None, 1):
            raise UsageError("the history happened once: --truth history has one replication")
        return 1
    return request.replications or REPLICATIONS


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
