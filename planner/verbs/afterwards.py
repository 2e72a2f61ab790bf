"""What overrides were worth, once it is known what was sold."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.verbs.validate import data_of, valid_data

if TYPE_CHECKING:
    from planner.value.override.files import Overridden
    from planner.value.simulate.hindsight import HindsightPrice


@dataclass(frozen=True)
class Afterwards:
    """What overrides were worth: for each, the newest first, its run and both prices; `until` is the last day with sales."""

    run: Run
    until: date
    prices: tuple[tuple[Run, "Overridden", "HindsightPrice"], ...]


def price_after(name: str, registry: Registry, sales: Path, source: Path | None = None) -> Afterwards:
    """What the overrides that led to the run called `name` cost with the demand that came, by the `sales` of newer tables.

    Raises UsageError if the run has no override, its tables are gone or changed, or nothing was sold since; InvalidData.
    """
    from planner.value.override.files import read
    from planner.value.simulate.hindsight import happened, hindsight_price

    run = registry.find(name)
    pairs, newer = [], run
    while (made := read(newer)) is not None:
        base = Run.read(newer.folder.parent / newer.record.base)
        pairs.append((newer, base, made))
        newer = base
    if not pairs:
        raise UsageError(f"{run.record.run_id} is not an override; `planner runs ledger` lists them.")
    data, _ = data_of(run, source)
    if data.content_hash != run.record.input_hash:
        raise UsageError(
            f"the tables that {run.record.run_id} was made from have changed, so what it costs now can't be said. Give those of "
            f"then with --data."
        )
    tables, until = happened(data, valid_data(sales)[0]["sales"])
    buckets = run.plan.buckets
    prices = [
        (own, made, hindsight_price(tables, own.plan.orders, base.plan.orders, buckets))
        for own, base, made in pairs
    ]
    return Afterwards(run, until, tuple(prices))


def document(found: Afterwards) -> dict[str, Any]:
    """The prices for programs."""
    return {
        "status": "done",
        "run_id": found.run.record.run_id,
        "until": str(found.until),
        "overrides": [
            {
                "run_id": run.record.run_id,
                "base": run.record.base,
                **asdict(made),
                "price_after": price.difference if price.priced else None,
                "causes_after": price.causes if price.priced else {},
            }
            for run, made, price in found.prices
        ],
    }
