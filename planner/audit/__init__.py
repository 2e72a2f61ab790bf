"""The evaluator: judges a plan from tables and orders alone, without a solver and without the engines."""

from planner.audit.check import CheckReport, check
from planner.audit.evaluate import Evaluation, evaluate

__all__ = ["CheckReport", "Evaluation", "check", "evaluate"]
