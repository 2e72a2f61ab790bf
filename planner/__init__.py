"""Joint planning of replenishment and transport: tables in, one plan with a proven gap out.

    from planner import load, solve, evaluate
    data = load("data/retail")
    plan = solve(data)
    evaluate(data, plan.orders).total

The three functions are imported when they are first used, so that `import planner` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.audit import evaluate
    from planner.solve import solve
    from planner.tables import load

__all__ = ["__version__", "evaluate", "load", "solve"]
__version__ = "0.1.0"

_HOME = {"load": "planner.tables", "solve": "planner.solve", "evaluate": "planner.audit"}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'planner' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
