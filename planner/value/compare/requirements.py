"""What a candidate has to fulfil against the base: `cost.total<=+1%`, `fill_rate>=-0.005`, `fill_rate>=0.98`."""

import re
from dataclasses import dataclass
from typing import Any

from planner.errors import UsageError
from planner.tables.findings import nearest
from planner.value.compare.comparison import Comparison

WRITTEN = re.compile(r"\s*([\w.\-]+?)\s*(<=|>=)\s*([+-]?)(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*")
SLACK = 1e-9  # of the limit: what adding up leaves


@dataclass(frozen=True)
class Requirement:
    """A limit of a key figure. With a sign, `amount` is a difference to the base (a share of it if `share`), else the limit."""

    text: str
    name: str
    operator: str
    amount: float
    signed: bool
    share: bool

    def limit(self, base: float) -> float:
        """The limit, given the value of the base."""
        if not self.signed:
            return self.amount
        return base + self.amount * (abs(base) if self.share else 1.0)


@dataclass(frozen=True)
class Outcome:
    """Whether a run fulfils a requirement; None = not known, which isn't fulfilled."""

    text: str
    run_id: str
    label: str
    value: float | None
    limit: float | None
    met: bool

    def as_dict(self) -> dict[str, Any]:
        """The outcome in JSON's types."""
        return dict(vars(self))


def read_requirement(text: str) -> Requirement:
    """The requirement in words of the command line; raises UsageError."""
    found = WRITTEN.fullmatch(text)
    if not found:
        raise UsageError(
            f"{text!r} is not a requirement. Write a key figure, <= or >=, and a limit: cost.total<=+1% (at most 1 % above the "
            "base), fill_rate>=-0.005 (at most 0.005 below the base) or fill_rate>=0.98."
        )
    name, operator, sign, number, percent = found.groups()
    amount = float(f"{sign}{number}") / (100 if percent else 1)
    return Requirement(text.strip(), name, operator, amount, bool(sign), bool(percent))


def judge(comparison: Comparison, requirements: list[Requirement]) -> list[Outcome]:
    """Each requirement for each run but the base; raises UsageError for a key figure that there isn't."""
    known = {figure.name: figure for figure in comparison.figures}
    outcomes = []
    for requirement in requirements:
        if requirement.name not in known:
            hint = nearest(requirement.name, known) or f"There are {', '.join(known)}."
            raise UsageError(f"There is no key figure {requirement.name!r}. {hint}")
        base, *values = known[requirement.name].values
        for run, label, value in zip(comparison.runs[1:], comparison.labels[1:], values, strict=True):
            limit = None if base is None and requirement.signed else requirement.limit(base or 0.0)
            met = value is not None and limit is not None and _holds(requirement.operator, value, limit)
            outcomes.append(Outcome(requirement.text, run.record.run_id, label, value, limit, met))
    return outcomes


def _holds(operator: str, value: float, limit: float) -> bool:
    slack = SLACK * max(1.0, abs(limit))
    return value <= limit + slack if operator == "<=" else value >= limit - slack
