"""The joint model: one mixed-integer statement of orders, loads, stock and service."""

from planner_models.joint.formulation import build

__all__ = ["build"]
