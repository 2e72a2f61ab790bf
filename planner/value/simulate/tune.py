"""The reorder policy as a good planner would have it: its safety factor is the best one on the last weeks of the history."""

from typing import Any

import numpy as np

from planner.errors import UsageError
from planner.tables.dataset import DataSet
from planner.value.simulate.episode import play
from planner.value.simulate.measures import measures, rates_of
from planner.value.simulate.policies import policy
from planner.value.simulate.setup import Effort, Trigger
from planner.value.simulate.truth import truth

TRAINING_DAYS = 28
FACTORS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)


def tuned_factor(data: DataSet, effort: Effort, trigger: Trigger) -> dict[str, Any]:
    """The factor with the lowest total cost when the last four weeks before the start happen again, and what each cost.

    Where the history is too short for that, 1: the levels as the service asks.
    """
    try:
        happens = truth(data, TRAINING_DAYS, "history", 0, 0)
    except UsageError:
        return {"factor": 1.0, "training_days": 0, "cost": {}}
    rates = rates_of(happens)
    cost = [
        measures(happens, play(happens, policy("reorder", effort, factor), 0, trigger), rates)["total_cost"]
        for factor in FACTORS
    ]
    best = FACTORS[int(np.argmin(cost))]
    return {
        "factor": best,
        "training_days": TRAINING_DAYS,
        "cost": dict(zip(map(str, FACTORS), cost, strict=True)),
    }
