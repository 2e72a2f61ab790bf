"""What a call of the command line says, and an engine whose behaviour is known."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.plan.plan import ORDER_COLUMNS, Plan


@dataclass(frozen=True)
class Said:
    """What a call printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON on stdout, which must be one line."""
        assert self.out.count("\n") == 1, self.out
        assert self.out.endswith("\n")
        document: dict[str, Any] = json.loads(self.out)
        assert document["schema_version"] == 1
        return document


Call = Callable[..., Said]
Engine = Callable[..., Plan]


def plan_of_nothing(data: Any, **options: Any) -> Plan:
    """The plan that orders nothing, with a bound of 0, as an engine would return it."""
    from planner.audit import evaluate

    evaluation = evaluate(data, pd.DataFrame(columns=list(ORDER_COLUMNS)))
    cost = evaluation.total
    certificate = {
        "schema_version": 1,
        "cost": cost,
        "bound": 0.0,
        "gap": 1.0 if cost else 0.0,
        "method": "nothing",
        "input_hash": data.content_hash,
        "seed": options["seed"],
    }
    types = dict.fromkeys(("dispatch_date", "arrival_date"), "datetime64[us]")
    types |= dict.fromkeys(("cases", "quantity"), "float64")
    orders = pd.DataFrame(columns=list(ORDER_COLUMNS)).astype(types)
    return Plan(orders, evaluation.loads, evaluation.inventory, evaluation.kpis, certificate)
