"""SCIP on the compact model, which it reads from an MPS file: that is the fastest way into it from Python."""

import tempfile
from pathlib import Path

import numpy as np
from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model

from benchmarks.peers.compact import Compact
from benchmarks.peers.highs import CLOSED
from benchmarks.peers.known import Known
from benchmarks.peers.record import gap_of, percent
from planner_models.matrix import add_rows, to_highs
from planner_models.problem import Problem

EVENTS = SCIP_EVENTTYPE.BESTSOLFOUND | SCIP_EVENTTYPE.LPSOLVED | SCIP_EVENTTYPE.NODESOLVED


class Watch(Eventhdlr):  # type: ignore[misc]
    """Takes down every better solution and bound, and stops where the gap is reached."""

    def __init__(self, compact: Compact, known: Known, variables: list[object]) -> None:
        self.compact, self.known, self.variables = compact, known, variables
        self.there = compact.columns.ship >= 0

    def eventinit(self) -> None:
        self.model.catchEvent(EVENTS, self)

    def eventexit(self) -> None:
        self.model.dropEvent(EVENTS, self)

    def eventexec(self, event: object) -> None:
        if event.getType() == SCIP_EVENTTYPE.BESTSOLFOUND:  # type: ignore[attr-defined]
            self.take()
        self.known.prove(self.model.getDualbound())
        if self.known.enough():
            self.model.interruptSolve()

    def take(self) -> None:
        """Price the orders of the best solution."""
        best = self.model.getBestSol()
        lots = np.zeros(self.there.shape, np.int64)
        lots[self.there] = [round(self.model.getSolVal(best, variable)) for variable in self.variables]
        self.known.offer(lots)


def solve(problem: Problem, known: Known) -> str:
    """Search until the gap or the time that was asked for; what there is to say about it."""
    compact = Compact.of(problem, known.task.lines)
    model = Model()
    model.hideOutput()
    read(model, compact)
    of_column = {int(variable.name[1:]): variable for variable in model.getVars()}
    ship = compact.columns.ship
    model.includeEventhdlr(
        Watch(compact, known, [of_column[j] for j in ship[ship >= 0].tolist()]), "watch", "costs and bounds"
    )
    model.setParam("limits/gap", CLOSED * known.task.gap)
    model.setParam("randomization/randomseedshift", known.task.seed)
    model.setParam("limits/time", known.left())
    model.optimize()
    known.prove(model.getDualbound())
    if not model.getNSols():
        return ""
    return f"gap of its own model {percent(gap_of(model.getPrimalbound(), model.getDualbound()))}"


def read(model: Model, compact: Compact) -> None:
    """Hand the programme over; HiGHS writes column j with the name `c<j>`."""
    highs = to_highs(compact.matrix)
    add_rows(highs, compact.lines)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "model.mps"
        highs.writeModel(str(path))
        model.readProblem(str(path))
