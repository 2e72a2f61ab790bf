"""Lanes, their tariffs and their vehicles."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.tables.findings import Finding
from planner.tables.rules.book import AFTER, BEFORE, LANE, Book, Rule, backwards, needs

ROUTE = ["origin", "mode", "route"]
SHARED = ["vehicle_kg", "vehicle_m3", "max_vehicles_per_day", "cost_per_vehicle", "kg_co2_per_vehicle"]


@needs("lanes")
def lane_to_itself(book: Book) -> list[Finding]:
    lanes = book.frame("lanes")
    here = (lanes["origin"] != "") & (lanes["origin"] == lanes["destination"])
    return book["lanes"].find(here, "destination", "lane_to_itself", "a lane can't lead to its own origin")


@needs("lanes")
def lane_to_supplier(book: Book) -> list[Finding]:
    """Suppliers receive nothing."""
    to_supplier = book.is_supplier(book.frame("lanes")["destination"])
    hint = "Maybe origin and destination were swapped."
    return book["lanes"].find(
        to_supplier, "destination", "lane_to_supplier", "a lane can't lead to a supplier", hint
    )


@needs("lanes")
def validity_ends_before_it_begins(book: Book) -> list[Finding]:
    return backwards(book["lanes"], "valid_from", "valid_to", "validity_backwards")


@needs("lanes")
def overlapping_validity(book: Book) -> list[Finding]:
    """On one day one row of a lane-mode holds."""
    lanes = book.frame("lanes")
    rows = lanes[(lanes[LANE] != "").all(axis=1)][[*LANE, "valid_from", "valid_to"]]
    # the same valid_from twice is a duplicate key, which another rule reports
    rows = rows.drop_duplicates([*LANE, "valid_from"])
    rows = rows.assign(begin=rows["valid_from"].fillna(BEFORE), end=rows["valid_to"].fillna(AFTER))
    rows = rows.sort_values([*LANE, "begin"])
    before = rows.groupby(LANE, sort=False)
    latest = before["end"].cummax().groupby([rows[name] for name in LANE], sort=False).shift()
    previous = rows.index.to_series().groupby([rows[name] for name in LANE], sort=False).shift()
    overlap = rows.index[rows["begin"] <= latest]
    rules = [
        f"the validity overlaps with that of row {int(previous[row])}, the same lane and mode"
        for row in overlap
    ]
    return book["lanes"].find(
        overlap, "valid_from", "overlapping_validity", rules, "Set valid_to in the earlier row."
    )


@needs("weight_breaks")
def rising_weight_breaks(book: Book) -> list[Finding]:
    """The rate per kg doesn't rise with the weight."""
    breaks = (
        book.frame("weight_breaks").dropna(subset=["from_kg", "cost_per_kg"]).sort_values([*LANE, "from_kg"])
    )
    before = breaks.groupby(LANE, sort=False)["cost_per_kg"].shift()
    rising = breaks["cost_per_kg"] > before
    rules = [f"the band below has {rate:g}; rates can't rise with the weight" for rate in before[rising]]
    hint = "Maybe the bands are not in the order of their weights."
    return book["weight_breaks"].find(breaks.index[rising], "cost_per_kg", "rising_rate", rules, hint)


@needs("lanes")
def routes_with_different_vehicles(book: Book) -> Iterator[Finding]:
    """Lanes that share vehicles on the same days have the same vehicles."""
    lanes = book.frame("lanes")
    routed = lanes[lanes["route"] != ""]
    if routed.empty:
        return
    for column in SHARED:
        differs = routed.groupby(ROUTE)[column].transform(lambda values: values.nunique(dropna=False)) > 1
        if not differs.any():
            continue
        pairs = _overlapping_pairs(routed[differs], column)
        rules = [
            f"row {first} is of the same route and has {_shown(value)}" for first, value in pairs.to_numpy()
        ]
        hint = "Lanes of one origin, mode and route share vehicles."
        yield from book["lanes"].find(pairs.index, column, "route_differs", rules, hint)


def _overlapping_pairs(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """For each row that differs from an earlier one of its route with a common day: that row and value."""
    rows = rows.assign(
        row=rows.index, begin=rows["valid_from"].fillna(BEFORE), end=rows["valid_to"].fillna(AFTER)
    )
    rows = rows[[*ROUTE, "row", "begin", "end", column]]
    pairs = rows.merge(rows, on=ROUTE, suffixes=("_first", ""))
    common = (pairs["begin"] <= pairs["end_first"]) & (pairs["begin_first"] <= pairs["end"])
    equal = (pairs[column] == pairs[f"{column}_first"]) | (
        pairs[column].isna() & pairs[f"{column}_first"].isna()
    )
    pairs = pairs[(pairs["row_first"] < pairs["row"]) & common & ~equal].drop_duplicates("row")
    return pairs.set_index("row")[["row_first", f"{column}_first"]].astype(object)


@needs("lanes")
def lanes_that_change_their_route(book: Book) -> list[Finding]:
    """A lane-mode shares vehicles with the same lanes throughout the horizon; earlier and later rows don't matter."""
    lanes = book.frame("lanes")
    rows = lanes[(lanes[LANE] != "").all(axis=1)]
    rows = rows.assign(row=rows.index, begin=rows["valid_from"].fillna(BEFORE)).sort_values([*LANE, "begin"])
    if book.settings:
        start, end = pd.Timestamp(book.settings.start_date), pd.Timestamp(book.settings.end_date)
        alike = rows.groupby(LANE, sort=False)
        replaced, coming = alike["begin"].shift(-1) <= start, (rows["begin"] > end) & (alike.cumcount() > 0)
        rows = rows[~replaced & ~coming]
    first = rows.groupby(LANE, sort=False)[["row", "route"]].transform("first")
    changed = rows["route"] != first["route"]
    rules = [
        f"row {row} is of the same lane and mode and has {route or 'no route'}; it can't change in the horizon"
        for row, route in first[changed].to_numpy()
    ]
    hint = "Give the mode another name where it rides with other lanes."
    return book["lanes"].find(rows.index[changed], "route", "route_changes", rules, hint)


def _shown(value: float) -> str:
    return "nothing" if pd.isna(value) else f"{value:g}"


@needs("lanes")
def circle_without_time(book: Book) -> list[Finding]:
    """Goods can't go round a circle within a day."""
    lanes = book.frame("lanes")
    at_once = lanes[(lanes["lead_time_days"] == 0) & (lanes["origin"] != lanes["destination"])]
    places = pd.Index(pd.unique(pd.concat([at_once["origin"], at_once["destination"]])))
    if places.empty:
        return []

    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = (places.get_indexer(at_once["origin"]), places.get_indexer(at_once["destination"]))
    graph = coo_array((np.ones(len(at_once)), ends), shape=(len(places), len(places)))
    _, group = connected_components(graph, directed=True, connection="strong")
    circle = at_once.index[group[ends[0]] == group[ends[1]]]
    rule = "lanes of 0 days form a circle, so goods could be everywhere at once"
    return book["lanes"].find(
        circle, "lead_time_days", "circle_without_time", rule, "Give one of them a day."
    )


@needs("items", "lanes")
def vehicle_smaller_than_a_case(book: Book) -> Iterator[Finding]:
    """A vehicle carries at least the smallest case; where it can't carry every case, that is said."""
    items = book.frame("items")
    if not book.sound("items") or items.empty:
        return
    for column, per_unit, unit in (
        ("vehicle_kg", "unit_weight_kg", "kg"),
        ("vehicle_m3", "unit_volume_m3", "m³"),
    ):
        cases = (items["case_size"] * items[per_unit]).to_numpy()
        order = np.argsort(cases)
        limits = book.frame("lanes")[column]
        fitting = np.searchsorted(cases[order], limits.to_numpy() * (1 + 1e-9), side="right")
        none, some = limits.notna() & (fitting == 0), limits.notna() & (fitting > 0) & (fitting < len(items))
        rule = f"the smallest case has {cases.min():g} {unit}; the vehicle can carry nothing"
        yield from book["lanes"].find(none, column, "vehicle_too_small", rule, f"The unit is {unit}.")
        largest = items["item_id"].iloc[order[-1]]
        rules = [
            f"{len(items) - fits} of {len(items)} items have larger cases and can't ride"
            for fits in fitting[some]
        ]
        hint = f"The largest is {largest} with {cases.max():g} {unit}."
        yield from book["lanes"].find(some, column, "vehicle_small", rules, hint, "warning")


RULES: tuple[Rule, ...] = (
    lane_to_itself,
    lane_to_supplier,
    validity_ends_before_it_begins,
    overlapping_validity,
    rising_weight_breaks,
    routes_with_different_vehicles,
    lanes_that_change_their_route,
    circle_without_time,
    vehicle_smaller_than_a_case,
)
