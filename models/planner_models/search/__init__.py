"""Good plans for large problems: loads by local search on the relaxation, then whole lots, place by place."""

from planner_models.search.plan import Search

__all__ = ["Search"]
