"""The service from Python: the verbs as methods, waiting, and the same exceptions as in the planner itself.

Needs the extra `server` (of it only httpx). `from planner.client import Client`.
"""

from planner.client.client import Client
from planner.client.results import (
    DataSet,
    Decision,
    Entry,
    Event,
    Exceptions,
    Job,
    Override,
    Response,
    Run,
)
from planner.client.webhooks import NotAuthentic, verify

__all__ = [
    "Client",
    "DataSet",
    "Decision",
    "Entry",
    "Event",
    "Exceptions",
    "Job",
    "NotAuthentic",
    "Override",
    "Response",
    "Run",
    "verify",
]
