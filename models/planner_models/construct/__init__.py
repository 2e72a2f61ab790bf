"""A good feasible plan, fast: blocks of locations plan by dynamic programming, what saves money stays."""

from planner_models.construct.search import construct

__all__ = ["construct"]
