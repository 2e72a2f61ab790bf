"""Runs side by side: key figures, cost per cause, orders, and what their differences say."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.frames import records
from planner.plan.policy import BASELINES
from planner.plan.run import Run
from planner.value.compare.figures import COST, Figure, claims, policy_of, side_by_side
from planner.value.compare.orders import changed_orders, counts
from planner.value.compare.verdict import Verdict, verdict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """Runs, the first of which is the base, and what each of the others changes against it.

    `verdicts` and `orders` (frames with the columns of `changed_orders`) are in the order of the other runs.
    """

    runs: tuple[Run, ...]
    labels: tuple[str, ...]
    figures: tuple[Figure, ...]
    verdicts: tuple[Verdict, ...]
    orders: "tuple[pd.DataFrame, ...]"

    @property
    def currency(self) -> str:
        """The money of all of them."""
        return self.runs[0].record.currency

    @property
    def cost(self) -> list[Figure]:
        """The total cost and its causes, as money."""
        return [figure for figure in self.figures if figure.name.startswith(COST)]

    @property
    def key_figures(self) -> list[Figure]:
        """What isn't a cost."""
        return [figure for figure in self.figures if not figure.name.startswith(COST)]

    def as_dict(self, *, rows: bool = True) -> dict[str, Any]:
        """The comparison in JSON's types; orders as counts and, with `rows`, one by one."""
        return {
            "currency": self.currency,
            "runs": [_run(run, label) for run, label in zip(self.runs, self.labels, strict=True)],
            "figures": [figure.as_dict() for figure in self.figures],
            "changes": [
                {
                    "run_id": run.record.run_id,
                    "verdict": found.as_dict(),
                    "orders": counts(orders),
                    **({"order_changes": records(orders)} if rows else {}),
                }
                for run, found, orders in zip(self.runs[1:], self.verdicts, self.orders, strict=True)
            ],
        }


def compare(runs: list[Run], labels: list[str] | None = None) -> Comparison:
    """Compare all runs with the first. Raises UsageError if one has no plan, or if their money isn't the same."""
    if len(runs) < 2:
        raise UsageError("Give two runs or more: the first is what the others are compared with.")
    currencies = dict.fromkeys(run.record.currency for run in runs)
    if len(currencies) > 1:
        raise UsageError(
            f"The runs are in {' and '.join(currencies)}; money in different currencies can't be compared."
        )
    base, *others = runs
    return Comparison(
        tuple(runs),
        tuple(labels or labels_of(runs)),
        tuple(side_by_side(runs)),
        tuple(verdict(base, other) for other in others),
        tuple(changed_orders(base.plan.orders, other.plan.orders) for other in others),
    )


def labels_of(runs: list[Run]) -> list[str]:
    """A word for each run: its scenario, its policy if that isn't `joint`, or both, if no other run has that, else its alias."""
    policies = [policy if (policy := policy_of(run)) in BASELINES else "" for run in runs]
    names = [f"{run.record.scenario} {policy}".strip() for run, policy in zip(runs, policies, strict=True)]
    return [
        name if name and names.count(name) == 1 else run.record.alias
        for name, run in zip(names, runs, strict=True)
    ]


def _run(run: Run, label: str) -> dict[str, Any]:
    record = run.record
    return {
        "run_id": record.run_id,
        "label": label,
        "scenario": record.scenario,
        "source": record.source,
        "status": record.status,
        "input_hash": record.input_hash,
        "cost": run.plan.cost,
        "policy": policy_of(run),
        **claims(run),
    }
