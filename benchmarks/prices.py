"""How fast prices alone prove a bound: `python benchmarks/prices.py [folder] [--steps N] [--no-relaxation]`.

Prints the bound of the decomposition after 10, 20, 50, 100, 200 … steps, with the seconds since the arrays were ready and the
peak memory, and then build and solution time and bound of the relaxation of the joint model, with lines added where it asks for
them. The folder is data/retail, and there are 400 steps, if not given; large networks have no relaxation that could be waited
for.
"""

import argparse
import resource
import time
from pathlib import Path

from planner import load
from planner.compile import compile_problem
from planner_models.decomposed.ascent import Ascent
from planner_models.decomposed.dual import Dual
from planner_models.exact import solve
from planner_models.incumbent import Effort, Report
from planner_models.problem import Problem

RETAIL = Path(__file__).parent.parent / "data" / "retail"
SHOWN = {10, 20, 50, 100, 200, 400, 800}  # steps


def by_prices(problem: Problem, steps: int) -> float:
    """Print the bounds of the search for prices; the best."""
    Ascent.of(Dual.of(problem)).run(2)  # compiles the recursion, once per machine
    began = time.perf_counter()
    ascent = Ascent.of(Dual.of(problem, threads=2))
    print(f"{len(problem.stock.item):,} stock points, {len(ascent.dual.ways.shipment):,} ways")
    while ascent.step < steps:
        ascent.advance()
        if ascent.step in SHOWN or ascent.step == steps:
            seconds = time.perf_counter() - began
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            print(
                f"  prices, step {ascent.step:4}: {seconds:6.1f} s, bound {ascent.best.bound:,.0f}, peak {memory:.1f} GiB",
                flush=True,
            )
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=RETAIL)
    options.add_argument("--steps", type=int, default=400)
    options.add_argument("--no-relaxation", action="store_true")
    given = options.parse_args()
    problem = compile_problem(load(given.folder))
    prices = by_prices(problem, given.steps)
    if not given.no_relaxation:
        print(f"  prices ÷ relaxation: {prices / by_relaxation(problem):.4f}")


if __name__ == "__main__":
    main()
