"""A better bound for large problems: destinations plan apart, at the prices of what they share, with rounding cuts."""

from planner_models.bound.places import strengthened_bound

__all__ = ["strengthened_bound"]
