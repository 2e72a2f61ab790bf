"""Joint planning of replenishment and transport: tables in, one plan with a proven gap out.

    from planner import load, solve, evaluate
    data = load("data/retail")
    plan = solve(data)
    evaluate(data, plan.orders).total

The three functions are imported when they are first used, so that `import planner` costs nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.audit import evaluate
    from planner.solve import solve
    from planner.tables.load import load

__all__ = ["__version__", "evaluate", "load", "solve"]
__version__ = "0.1.0"

_HOME = {"load": "planner.tables.load", "solve": "planner.solve", "evaluate": "planner.audit"}


class _Package(ModuleType):
    """`planner.solve` is the function, also after the module of the same name was imported."""

    def __getattr__(self, name: str) -> object:
        if name in _HOME:
            return getattr(import_module(_HOME[name]), name)
        raise AttributeError(f"module 'planner' has no attribute {name!r}")

    def __setattr__(self, name: str, value: object) -> None:
        if name in _HOME and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted(__all__)


sys.modules[__name__].__class__ = _Package
