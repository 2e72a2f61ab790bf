"""What joint planning is compared with: each function plans its part on its own (models/README.md, section 9)."""

from typing import Literal

import numpy as np

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import chain_of
from planner_models.baselines.ration import Ration
from planner_models.baselines.reorder import order_up_to
from planner_models.baselines.transport import Rules, transport
from planner_models.problem import Ints, Problem

Baseline = Literal["sequential", "reorder"]


def plan(problem: Problem, policy: Baseline, *, review_days: int | None = None, factor: float = 1.0) -> Ints:
    """Whole lots (`K × T`) of the baseline."""
    chain = chain_of(problem)
    wanted = order_up_to(chain, review_days or problem.review_days, factor)
    ledger = Ledger.of(problem)
    for wave in reversed(chain.waves):
        plans = transport(chain, ledger, wave, wanted, np.full(chain.opens.shape, np.inf), Rules(2, False, 1e3))
        Ration(chain, ledger, plans).run()
    return ledger.lots
