"""Validated data set → `Problem` (arrays): the seam between the tables and the mathematics."""

from planner.compile.problem import compile_problem

__all__ = ["compile_problem"]
