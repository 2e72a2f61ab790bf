"""How fast prices alone prove a bound: `python benchmarks/prices.py [folder] [steps]`, data/retail and 400 steps if not given.

Prints the bound of the decomposition after 50, 100, 200 … steps, with the seconds since the arrays were ready, and then build and
solution time and bound of the relaxation of the joint model, with lines added where it asks for them.
"""

import sys
import time
from pathlib import Path

from planner import load
from planner.compile import compile_problem
from planner_models.decomposed.ascent import Ascent
from planner_models.decomposed.dual import Dual
from planner_models.problem import Problem
from planner_models.solve import Effort, Report, solve

RETAIL = Path(__file__).parent.parent / "data" / "retail"


def by_prices(problem: Problem, steps: int) -> float:
    """Print the bounds of the search for prices; the best."""
    Ascent.of(Dual.of(problem)).run(2)  # compiles the recursion, once per machine
    began = time.perf_counter()
    ascent, due = Ascent.of(Dual.of(problem, threads=2)), 50
    print(f"{len(problem.stock.item):,} stock points, {len(ascent.dual.ways.shipment):,} ways")
    while ascent.step < steps:
        ascent.advance()
        if ascent.step in (due, steps):
            print(
                f"  prices, step {ascent.step:4}: {time.perf_counter() - began:6.1f} s, bound {ascent.best.bound:,.0f}"
            )
            due *= 2
    return ascent.best.bound


def by_relaxation(problem: Problem) -> float:
    """Print when the relaxation of the joint model is solved; its bound."""
    solved: list[Report] = []

    def listen(report: Report) -> None:
        if report.phase not in ("building", "bounding"):
            solved.append(report)

    solve(problem, Effort(gap=0.0, time_limit=600.0), report=listen, stop=lambda: bool(solved))
    print(f"  relaxation, model built:  {solved[0].elapsed:6.1f} s, bound {solved[0].bound:,.0f}")
    return solved[0].bound


def main(folder: Path, steps: int) -> None:
    problem = compile_problem(load(folder))
    prices, relaxation = by_prices(problem, steps), by_relaxation(problem)
    print(f"  prices ÷ relaxation: {prices / relaxation:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RETAIL, int(sys.argv[2]) if len(sys.argv) > 2 else 400)
