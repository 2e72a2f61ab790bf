"""Events: what happened since the tables were made, and what that changes in them.

`read` gets them from a file, from standard input or from the table `events`; `applied` makes the data set that holds after
them; `scope` says what they touch. What each type means is in docs/response.md.
"""

from planner.response.events.apply import applied
from planner.response.events.read import Events, read
from planner.response.events.scope import Scope, scope
from planner.response.events.store import as_rows, stored, together, write

__all__ = ["Events", "Scope", "applied", "as_rows", "read", "scope", "stored", "together", "write"]
