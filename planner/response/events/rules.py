"""What is wrong with events whatever comes before them: what the table can't say by the types of its columns."""

from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from planner.response.events.event import OF_AN_ORDER, idle
from planner.response.events.lanes import LANE
from planner.tables.dataset import DataSet
from planner.tables.findings import Finding, nearest
from planner.tables.schema import EVENT_NEEDS, EVENT_USES, TABLES
from planner.tables.sheet import Sheet

ALWAYS = ("event_id", "at", "type")
SWITCHES = ("lane_closed", "location_closed", "quality_hold")
OF_LANES = ("lane_closed", "lane_capacity", "tariff_change")
NOT_NEGATIVE = ("lane_capacity", "capacity_change", "quality_hold", "order_confirmed")
Rule = Callable[[Sheet, DataSet], Iterable[Finding]]


def columns_that_do_not_count(sheet: Sheet, _: DataSet) -> Iterator[Finding]:
    """What a type doesn't use would seem to narrow the event, and would not."""
    types = set(sheet.frame["type"])
    for type_ in (name for name in EVENT_NEEDS if name in types):
        rows = sheet.frame[sheet.frame["type"] == type_]
        used = (*ALWAYS, *EVENT_NEEDS[type_], *EVENT_USES[type_])
        rule = f"an event of type {type_} doesn't use it"
        hint = f"It has {', '.join(used[len(ALWAYS) :])}."
        for name in TABLES["events"].names:
            if name not in used and name in sheet.text:
                given = sheet.text.loc[rows.index, name].str.strip() != ""
                yield from sheet.find(rows.index[given], name, "unused_column", rule, hint)


def lanes_that_do_not_exist(sheet: Sheet, data: DataSet) -> Iterator[Finding]:
    """At least one lane is as the event says."""
    events, lanes = sheet.frame, data["lanes"]
    for row in events[events["type"].isin(OF_LANES)].itertuples():
        named = {name: getattr(row, name) for name in LANE if getattr(row, name)}
        found = pd.Series(True, index=lanes.index)
        before = found
        for name, value in named.items():
            before, found = found, found & (lanes[name] == value)
            if not found.any():
                there = sorted(lanes.loc[before, name].unique())
                shown = f"There are {', '.join(there[:8])}{' …' if len(there) > 8 else ''}."
                rule = "lanes has no row like that"
                if name != next(iter(named)):
                    rule += (
                        f" with {', '.join(f'{key} {text}' for key, text in named.items() if key != name)}"
                    )
                yield from sheet.find([row.Index], name, "unknown_lane", rule, nearest(value, there) or shown)
                break


def orders_that_do_not_exist(orders: pd.DataFrame | None) -> Rule:
    """Events name open orders, or orders of the plan."""

    def rule(sheet: Sheet, data: DataSet) -> Iterator[Finding]:
        events, start = sheet.frame, pd.Timestamp(data.settings.start_date)
        events = events[events["type"].isin(OF_AN_ORDER) & (events["order_id"] != "")]
        if events.empty:
            return
        lines = data["open_orders"]["order_id"]
        lines = lines[lines.isin(events["order_id"])]  # few of many
        planned = orders if orders is not None else data["open_orders"]
        named = planned[planned["order_id"].isin(events["order_id"])]  # few of very many
        left = named[named["dispatch_date"] < start]["order_id"]
        known = (events["origin"] != "") & events["date_from"].notna()  # by the plan that had it
        known |= events["order_id"].isin(lines) | events["order_id"].isin(named["order_id"].astype("str"))
        unknown, hints = ~known, list[str]()
        if unknown.any():
            open_ = pd.Index(data["open_orders"]["order_id"]).union(
                pd.Index(planned["order_id"].astype("str"))
            )
            hints = [nearest(name, open_) for name in events.loc[unknown, "order_id"]]
        where = "neither open_orders nor the plan has" if orders is not None else "open_orders has no"
        end = "such an order" if orders is not None else "such order"
        yield from sheet.find(events.index[unknown], "order_id", "unknown_order", f"{where} {end}", hints)
        gone = events["order_id"].isin(left) & ~events["order_id"].isin(lines)
        words = f"it left before the first day, {start:%Y-%m-%d}, and open_orders doesn't have it"
        hint = "If it is on its way, it belongs into open_orders, with the status in_transit."
        yield from sheet.find(events.index[gone], "order_id", "order_before_start", words, hint)

    return rule


def switches_are_on_or_off(sheet: Sheet, _: DataSet) -> list[Finding]:
    events = sheet.frame
    wrong = events["type"].isin(SWITCHES) & events["factor"].notna() & ~events["factor"].isin([0, 1])
    rule = "it is 0 or empty where the event begins, and 1 where it ends"
    return sheet.find(wrong, "factor", "neither_on_nor_off", rule)


def factor_and_quantity(sheet: Sheet, _: DataSet) -> list[Finding]:
    events = sheet.frame
    both = events["type"].isin(NOT_NEGATIVE) & events["factor"].notna() & events["quantity"].notna()
    return sheet.find(
        both, "factor", "factor_and_quantity", "the event has a quantity too", "Keep one of them."
    )


def quantities_that_can_not_be(sheet: Sheet, _: DataSet) -> Iterator[Finding]:
    events = sheet.frame
    below = events["type"].isin(NOT_NEGATIVE) & (events["quantity"] < 0)
    yield from sheet.find(below, "quantity", "negative_quantity", "it can't be negative")
    parts = (events["type"] == "lane_capacity") & (events["quantity"] % 1 > 0)
    yield from sheet.find(parts, "quantity", "broken_vehicle", "vehicles are whole numbers")


def places_without_stock_or_demand(sheet: Sheet, data: DataSet) -> list[Finding]:
    """Suppliers have neither."""
    locations = data["locations"]
    suppliers = locations.loc[locations["kind"] == "supplier", "location_id"]
    types = ("stock_correction", "quality_hold", "demand_shift")
    wrong = sheet.frame["type"].isin(types) & sheet.frame["location_id"].isin(suppliers)
    rule = "it is a supplier, which has neither stock nor demand here"
    return sheet.find(wrong, "location_id", "event_at_supplier", rule)


def without_effect(sheet: Sheet, data: DataSet) -> Iterator[Finding]:
    """Over before the first day, or not before the last one: a warning."""
    events = sheet.frame[sheet.frame["at"].notna() & (sheet.frame["type"] != "")]
    no_effect = idle(events, data)
    corrects = (events["type"] == "stock_correction") & no_effect
    for rows, column, when in (
        (
            corrects,
            "at",
            f"it is before the first day, {data.settings.start_date}, whose stock inventory has",
        ),
        (
            no_effect & ~corrects & (events["date_to"] < pd.Timestamp(data.settings.start_date)),
            "date_to",
            f"it is before the first day, {data.settings.start_date}",
        ),
        (
            no_effect & ~corrects & ~(events["date_to"] < pd.Timestamp(data.settings.start_date)),
            "at",
            f"the event begins after the last day, {data.settings.end_date}",
        ),
    ):
        words = f"{when}, so it changes nothing"
        yield from sheet.find(events.index[rows], column, "event_without_effect", words, "", "warning")


RULES: tuple[Rule, ...] = (
    columns_that_do_not_count,
    lanes_that_do_not_exist,
    switches_are_on_or_off,
    factor_and_quantity,
    quantities_that_can_not_be,
    places_without_stock_or_demand,
    without_effect,
)
