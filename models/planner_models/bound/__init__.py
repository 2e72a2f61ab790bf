"""Bounds from prices: every stock point plans alone, exactly, at the prices of what it shares with the others."""

from planner_models.bound.lagrangian import priced_bound

__all__ = ["priced_bound"]
