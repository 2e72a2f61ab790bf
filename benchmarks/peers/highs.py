"""HiGHS on the compact model."""

from typing import Any

import numpy as np

from benchmarks.peers.compact import Compact
from benchmarks.peers.known import Known
from benchmarks.peers.record import percent
from planner_models.matrix import add_rows, to_highs, use_threads
from planner_models.problem import Problem

CLOSED = 0.1  # of the gap asked for: a peer ends by itself where so little is left in its own model


def solve(problem: Problem, known: Known) -> str:
    """Search until the gap or the time that was asked for; what there is to say about it."""
    model = Compact.of(problem, known.task.lines)
    use_threads(known.task.threads)
    highs = to_highs(model.matrix, seed=known.task.seed)
    add_rows(highs, model.lines)
    highs.setOptionValue("mip_rel_gap", CLOSED * known.task.gap)
    highs.setOptionValue("time_limit", known.left())

    def improved(event: Any) -> None:
        known.offer(model.columns.lots(np.array(event.data_out.mip_solution)))

    def asked(event: Any) -> None:
        known.prove(event.data_out.mip_dual_bound)
        if known.enough():
            event.interrupt()

    highs.cbMipImprovingSolution.subscribe(improved)
    highs.cbMipInterrupt.subscribe(asked)
    highs.run()
    info = highs.getInfo()
    known.prove(info.mip_dual_bound)
    return f"gap of its own model {percent(info.mip_gap)}" if np.isfinite(info.mip_gap) else ""
