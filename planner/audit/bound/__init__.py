"""The lower bound of a certificate that was proven by prices, computed again from the tables and the prices alone."""

from planner.audit.bound.frames import Unreadable
from planner.audit.bound.total import BoundParts, recompute

__all__ = ["BoundParts", "Unreadable", "recompute"]
