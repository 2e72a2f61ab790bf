"""Key figures of a run in one flat list, and the difference of two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.plan.policy import BASELINES
from planner.plan.run import Run

COST = "cost."


def policy_of(run: Run) -> str:
    """By which rules the plan was made: `joint`, or the name of a baseline."""
    return str(run.plan.certificate.get("policy", "joint"))


def claims(run: Run) -> dict[str, float | None]:
    """The bound and the gap that the plan claims; a baseline claims none."""
    claimed = policy_of(run) not in BASELINES
    return {name: run.plan.certificate.get(name) if claimed else None for name in ("bound", "gap")}


def figures(run: Run) -> dict[str, float | None]:
    """Key figures by their names; causes of cost as `cost.freight.truck`, a cause that has modes also as their sum."""
    flat: dict[str, float | None] = {}

    def add(prefix: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if isinstance(value, Mapping):
                flat[prefix + name] = float(sum(value.values()))
                add(f"{prefix}{name}.", value)
            else:
                flat[prefix + name] = value

    kpis = dict(run.plan.kpis)
    cost = kpis.pop("cost")
    add(COST, cost)
    flat |= claims(run)
    add("", kpis)
    return flat


@dataclass(frozen=True)
class Figure:
    """One key figure of all runs, the first of which is the base; None = not known."""

    name: str
    values: tuple[float | None, ...]

    @property
    def differences(self) -> tuple[float | None, ...]:
        """Each value above the base; None where one of them isn't known."""
        base = self.values[0]
        return tuple(None if value is None or base is None else value - base for value in self.values)

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Each difference as a share of the base (0.01 = 1 %); None also where the base is 0 and the difference isn't."""
        base = self.values[0]
        return tuple(
            0.0 if difference == 0 else None if difference is None or not base else difference / abs(base)
            for difference in self.differences
        )

    def as_dict(self) -> dict[str, Any]:
        """The figure in JSON's types."""
        return {
            "name": self.name,
            "values": list(self.values),
            "differences": list(self.differences),
            "shares": list(self.shares),
        }


def side_by_side(runs: list[Run]) -> list[Figure]:
    """Every key figure that one of the runs has; a cost that a run doesn't have is 0 there."""
    found = [figures(run) for run in runs]
    names = dict.fromkeys(name for figures_of_one in found for name in figures_of_one)
    return [
        Figure(name, tuple(one.get(name, 0.0 if name.startswith(COST) else None) for one in found))
        for name in names
    ]
