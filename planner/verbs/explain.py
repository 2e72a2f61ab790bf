"""Why an order of a run is what it is, or why there is none."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.tables.findings import nearest
from planner.verbs.validate import data_of

if TYPE_CHECKING:
    import pandas as pd

    from planner.value.explain.explanation import Explanation
    from planner.value.explain.judged import Base, Judged


@dataclass(frozen=True)
class Wanted:
    """An order by its id, or what arrives of an item at a location on a day (2026-03-31)."""

    order: str | None = None
    item: str | None = None
    location: str | None = None
    day: str | None = None


@dataclass(frozen=True)
class Answer:
    """The explanation, for which run and tables."""

    run: Run
    source: Path
    data_changed: bool
    wanted: Wanted
    explanation: "Explanation"


def explain(name: str, registry: Registry, wanted: Wanted, source: Path | None = None) -> Answer:
    """Explain an order of the run called `name` by the tables in `source`, by default those that it was made from.

    Raises UsageError if there is no such run, plan, order, item, location or day, or the tables don't fit; InvalidData.
    """
    from planner.value.explain.explanation import explain_nothing, explain_order
    from planner.value.explain.judged import Base

    _require_one_way(wanted)
    run = registry.find(name)
    plan = run.plan
    data, tables = data_of(run, source)
    base = Base.of(data, plan.orders, plan.buckets)
    changed = data.content_hash != run.record.input_hash
    if wanted.order is not None:
        row = row_of(plan.orders, wanted.order, wanted.item)
        return Answer(run, tables, changed, wanted, explain_order(base, row, plan.prices))
    item, location, day = _place(base, wanted)
    placed = base.placed
    period = int((placed.starts <= day).sum()) - 1
    arrives = (placed.starts <= placed.index.day(plan.orders["arrival_date"])[:, None]).sum(axis=1) - 1
    here = (plan.orders["item_id"] == wanted.item) & (plan.orders["destination"] == wanted.location)
    found = [row for row in here.to_numpy().nonzero()[0].tolist() if arrives[row] == period]
    if len(found) > 1:
        rows = plan.orders.iloc[found].to_dict("records")
        several = ", ".join("{order_id} ({origin} {mode})".format_map(row) for row in rows)
        raise UsageError(f"{len(found)} orders arrive then: {several}. Choose one with --order.")
    answer = (
        explain_order(base, found[0], plan.prices) if found else explain_nothing(base, item, location, period)
    )
    return Answer(run, tables, changed, wanted, answer)


def _require_one_way(wanted: Wanted) -> None:
    place = (wanted.item, wanted.location, wanted.day)
    if wanted.order is None and None in place:
        raise UsageError("Say which order: --order ID, or --item, --location and --date together.")
    if wanted.order is not None and (wanted.location is not None or wanted.day is not None):
        raise UsageError("Say which order either by --order, or by --location and --date, not by both.")


def row_of(orders: "pd.DataFrame", order: str, item: str | None) -> int:
    """The row of an order; a given order may have several items."""
    rows = [row for row, name in enumerate(orders["order_id"]) if name == order]
    if not rows:
        advice = nearest(order, orders["order_id"]) or "`planner runs show RUN --rows 100` lists orders."
        raise UsageError(f"the plan has no order {order!r}. {advice}")
    items = [str(orders["item_id"].iloc[row]) for row in rows]
    if item is None and len(rows) > 1:
        raise UsageError(f"order {order} has {len(rows)} items: {', '.join(items)}. Choose one with --item.")
    if item is not None and item not in items:
        raise UsageError(f"order {order} is of {', '.join(items)}, not of {item}.")
    return rows[items.index(item) if item is not None else 0]


def _place(base: "Base", wanted: Wanted) -> tuple[int, int, int]:
    """Item, location and day by number."""
    index, problem = base.placed.index, base.placed.problem
    found = []
    for word, name, known in (
        ("item", wanted.item, problem.items.names),
        ("location", wanted.location, problem.locations.names),
    ):
        if name not in known:
            raise UsageError(f"there is no {word} {name!r}. {nearest(str(name), known)}".rstrip())
        found.append(known.index(str(name)))
    kind = index.kinds[found[1]]
    if kind == "supplier":
        raise UsageError(f"{wanted.location} is a supplier: nothing is brought there.")
    try:
        day = (date.fromisoformat(str(wanted.day)) - index.start.date()).days
    except ValueError:
        raise UsageError(f"--date {wanted.day} is not a day; write 2026-03-31.") from None
    if not 0 <= day < index.days:
        last = index.start.date().fromordinal(index.start.date().toordinal() + index.days - 1)
        raise UsageError(f"{wanted.day} is not planned; the plan covers {index.start.date()} to {last}.")
    return found[0], found[1], day


def document(answer: Answer) -> dict[str, Any]:
    """The explanation for programs; money in the run's currency, quantities in units."""
    told, record = answer.explanation, answer.run.record
    best = told.best
    return {
        "status": "done",
        "run_id": record.run_id,
        "source": str(answer.source),
        "data_changed": answer.data_changed,
        "currency": record.currency,
        "cost": told.base.evaluation.total,
        "order": None if told.order is None else _plain(told.order),
        "given": told.given,
        "stock": told.stock or None,
        "alternatives": [_alternative(one) | {"next_best": one is best} for one in told.alternatives],
        "limits": {side: [asdict(one) for one in found] for side, found in told.binding.items()},
        "serves": _served(told),
    }


def _alternative(one: "Judged") -> dict[str, Any]:
    from planner.value.explain.words import way

    return {
        "kind": one.candidates.kind,
        **({} if one.candidates.shipment < 0 else _plain(way(one))),
        "possible": one.possible,
        "cost": one.evaluation.total if one.priced else None,
        "difference": one.difference if one.priced else None,
        "causes": one.causes if one.priced else {},
        "violations": one.broken["message"].tolist(),
    }


def _served(told: "Explanation") -> dict[str, Any] | None:
    if told.served is None:
        return None
    sales = told.served.sales
    rows = sales.assign(date=sales["date"].dt.strftime("%Y-%m-%d")).to_dict("records")
    return {
        "sales": rows,
        "waste": told.served.waste,
        "left": told.served.left,
        "under_way": told.served.under_way,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Dates as text."""
    return {name: str(value.date()) if hasattr(value, "date") else value for name, value in row.items()}
