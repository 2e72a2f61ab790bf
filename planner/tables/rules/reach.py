"""Every item with demand can get to where the demand is."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.tables.findings import Finding
from planner.tables.rules.book import Book, Rule, needs

Reach = npt.NDArray[np.bool_]

NEEDED = ("items", "locations", "lanes", "inventory", "supply", "open_orders")


@needs("items", "locations")
def demand_that_nothing_reaches(book: Book) -> Iterator[Finding]:
    """Upstream is stock, an open order or a supplier that offers the item, and cases fit the vehicles."""
    table = "sales" if book.frame("demand").empty else "demand"
    if not book.sound(*NEEDED, table) or book.frame(table).empty:
        return
    rows = book.frame(table)
    wanted = rows[rows["mean" if table == "demand" else "units"] > 0]
    wanted = wanted.drop_duplicates(["item_id", "location_id"])
    items = pd.Index(book.frame("items")["item_id"].unique())
    locations = pd.Index(book.frame("locations")["location_id"].unique())
    item, location = (
        items.get_indexer(pd.Index(wanted["item_id"])),
        locations.get_indexer(pd.Index(wanted["location_id"])),
    )
    known = (item >= 0) & (location >= 0) & ~book.is_supplier(wanted["location_id"]).to_numpy()
    reach = _reach(book, items, locations)
    lost = wanted[known & ~reach[location, item]]
    rules = [
        f"no lane brings {name} to {place} from stock or from a supplier that offers it"
        for name, place in zip(lost["item_id"], lost["location_id"], strict=True)
    ]
    hint = "Add a lane, stock or a row in supply; or a case is larger than every vehicle on the way."
    yield from book[table].find(lost.index, "item_id", "unreachable_demand", rules, hint)


def _reach(book: Book, items: "pd.Index[str]", locations: "pd.Index[str]") -> Reach:
    """Whether an item can come to be at a location (locations × items)."""
    reach = _offered(book, items, locations)
    stocked = [book.frame("inventory").query("on_hand > 0").rename(columns={"location_id": "place"})]
    stocked.append(book.frame("open_orders").rename(columns={"destination": "place"}))
    for rows in stocked:
        place, item = (
            locations.get_indexer(pd.Index(rows["place"])),
            items.get_indexer(pd.Index(rows["item_id"])),
        )
        known = (place >= 0) & (item >= 0)
        reach[place[known], item[known]] = True
    lanes = book.frame("lanes").drop_duplicates(["origin", "destination", "vehicle_kg", "vehicle_m3"])
    origin, destination = (
        locations.get_indexer(pd.Index(lanes["origin"])),
        locations.get_indexer(pd.Index(lanes["destination"])),
    )
    links = [
        (start, end, fits)
        for start, end, fits in zip(origin, destination, _fitting(book, items, lanes), strict=True)
        if start >= 0 and end >= 0
    ]
    changed = True
    while changed:
        changed = False
        for start, end, fits in links:
            new = reach[start] & fits & ~reach[end]
            if new.any():
                reach[end] |= new
                changed = True
    return reach


def _offered(book: Book, items: "pd.Index[str]", locations: "pd.Index[str]") -> Reach:
    """What suppliers offer: the items of their rows in supply, or every item if they have none."""
    supply = book.frame("supply")
    offered = np.zeros((len(locations), len(items)), dtype=bool)
    free = book.kind.index[(book.kind == "supplier") & ~book.kind.index.isin(supply["location_id"])]
    offered[locations.get_indexer(free)] = True
    place, item = (
        locations.get_indexer(pd.Index(supply["location_id"])),
        items.get_indexer(pd.Index(supply["item_id"])),
    )
    known = (place >= 0) & (item >= 0)
    offered[place[known], item[known]] = True
    return offered


def _fitting(book: Book, items: "pd.Index[str]", lanes: pd.DataFrame) -> Iterator[Reach]:
    """For each lane which items' cases fit its vehicle."""
    goods = book.frame("items").drop_duplicates("item_id").set_index("item_id").loc[items]
    kg = (goods["case_size"] * goods["unit_weight_kg"]).to_numpy()
    m3 = (goods["case_size"] * goods["unit_volume_m3"]).to_numpy()
    seen: dict[tuple[float, float], Reach] = {}
    for limit in zip(lanes["vehicle_kg"].fillna(np.inf), lanes["vehicle_m3"].fillna(np.inf), strict=True):
        if limit not in seen:
            seen[limit] = (kg <= limit[0] * (1 + 1e-9)) & (m3 <= limit[1] * (1 + 1e-9))
        yield seen[limit]


RULES: tuple[Rule, ...] = (demand_that_nothing_reaches,)
