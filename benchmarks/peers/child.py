"""One engine on one problem, in a process of its own: `python -m benchmarks.peers.child ENGINE PICKLE TASK`.

Prints a line of JSON when the arrays are there, one for everything that becomes known, and one at the end.
"""

import importlib
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

from benchmarks.peers.known import Known
from benchmarks.peers.record import ENGINES, Task


def main(engine: str, path: str, task: str) -> None:
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a solver prints is no line of ours

    def tell(**values: Any) -> None:
        print(json.dumps(values), file=lines, flush=True)

    module, function = ENGINES[engine]
    solve = getattr(importlib.import_module(module), function)
    problem = pickle.loads(Path(path).read_bytes())
    tell(ready=True)
    known = Known(
        problem,
        Task(**json.loads(task)),
        lambda elapsed, cost, bound: tell(elapsed=elapsed, cost=cost, bound=bound),
    )
    try:
        note = solve(problem, known)
    except Exception as fault:
        note = f"{type(fault).__name__}: {fault}"
    if known.refused:
        note += "; not counted, orders beyond a limit: " + ", ".join(known.refused)
    tell(seconds=known.elapsed(), note=note)


if __name__ == "__main__":
    main(*sys.argv[1:])
