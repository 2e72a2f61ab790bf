"""Events as the ledger notes them, with what they touch and how soon that is to be answered."""

import numpy as np
import pandas as pd

from planner.response.events import Scope, scope
from planner.response.ledger import EventFact
from planner.response.targets import default_hours
from planner.tables.dataset import DataSet
from planner.tables.policies import resolve


def response_hours(data: DataSet) -> pd.DataFrame:
    """The target of every item at every location [h], items × locations in the order of their tables.

    That is `response_hours` of the policies; where they give none, the default of the item's category.
    """
    given = resolve(data, "response_hours")
    default = data["items"]["category"].map(default_hours).to_numpy(float)[:, None]
    values = given.to_numpy(float)
    return pd.DataFrame(np.where(np.isnan(values), default, values), given.index, given.columns)


def event_facts(
    data: DataSet, orders: pd.DataFrame, events: pd.DataFrame, known: Scope | None = None
) -> list[EventFact]:
    """What the ledger keeps of events (rows of the table `events`), given the tables before them and the orders of the plan.

    The target of an event is the shortest of what it touches, which may be `known`.
    """
    hours, category = response_hours(data), data["items"].set_index("item_id")["category"]
    touched, found = (known or scope(data, orders, events)).each, []
    for event in events.to_dict("records"):
        pairs = touched[str(event["event_id"])]
        items, places = pd.Index(pairs["item_id"]), pd.Index(pairs["location_id"])
        targets = hours.to_numpy()[hours.index.get_indexer(items), hours.columns.get_indexer(places)]
        found.append(
            EventFact(
                event_id=str(event["event_id"]),
                type=str(event["type"]),
                at=event["at"].isoformat(timespec="milliseconds") + "Z",
                categories=tuple(sorted({str(name) for name in category.reindex(items) if name})),
                target_hours=float(targets.min()) if len(targets) else None,
            )
        )
    return found
