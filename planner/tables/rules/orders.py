"""Open orders: each status needs its own columns, and given orders must be possible."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from planner.tables.findings import Finding
from planner.tables.rules.book import Book, Rule, backwards, needs
from planner.tables.rules.keys import lanes_that_do_not_exist


def _to_dispatch(orders: pd.DataFrame) -> "pd.Series[bool]":
    return orders["status"].isin(["planned", "firm"])


def _filled(values: "pd.Series[Any]") -> "pd.Series[bool]":
    return values != "" if pd.api.types.is_string_dtype(values) else values.notna()


@needs("open_orders")
def missing_parts_of_orders(book: Book) -> Iterator[Finding]:
    """Goods in transit have an arrival; other orders have origin, mode and dispatch date."""
    sheet = book["open_orders"]
    orders = sheet.frame
    for status, columns in (("in_transit", ["arrival_date"]), ("firm", PLAIN), ("planned", PLAIN)):
        for column in columns:
            empty = (orders["status"] == status) & ~_filled(orders[column])
            # a faulty cell is missing too, but was reported as what it is
            if column in sheet.text:
                empty &= sheet.text[column].str.strip() == ""
            yield from sheet.find(empty, column, "incomplete_order", f"an order of status {status} needs it")


PLAIN = ["origin", "mode", "dispatch_date"]


@needs("open_orders")
def orders_on_unknown_lanes(book: Book) -> list[Finding]:
    if not book["lanes"].read:
        return []
    return lanes_that_do_not_exist(book, "open_orders", _to_dispatch(book.frame("open_orders")))


def deliveries_to_suppliers(book: Book) -> Iterator[Finding]:
    for table in ("open_orders", "order_minimums"):
        to_supplier = book.is_supplier(book.frame(table)["destination"])
        rule = "it is a supplier, and suppliers receive nothing"
        hint = "Maybe origin and destination were swapped."
        yield from book[table].find(to_supplier, "destination", "delivery_to_supplier", rule, hint)


@needs("open_orders")
def orders_before_the_start(book: Book) -> Iterator[Finding]:
    """What has left before the first day is in transit; what is still expected from before it comes on the first day."""
    if not book.settings:
        return
    sheet, start = book["open_orders"], pd.Timestamp(book.settings.start_date)
    orders = sheet.frame
    arrived = (orders["status"] == "in_transit") & (orders["arrival_date"] < start)
    rule = f"it is before the first day, {start:%Y-%m-%d}; the goods are expected on that day"
    hint = "Maybe they have arrived and are part of the stock; then remove the order."
    yield from sheet.find(arrived, "arrival_date", "overdue_order", rule, hint, "warning")
    rule = f"it can't be before the first day, {start:%Y-%m-%d}"
    gone = _to_dispatch(orders) & (orders["dispatch_date"] < start)
    hint = "Maybe it is on its way; then its status is in_transit."
    yield from sheet.find(gone, "dispatch_date", "order_before_start", rule, hint)


@needs("open_orders")
def orders_after_the_end(book: Book) -> list[Finding]:
    if not book.settings:
        return []
    orders, end = book.frame("open_orders"), pd.Timestamp(book.settings.end_date)
    late = _to_dispatch(orders) & (orders["dispatch_date"] > end)
    rule = f"it is after the last day, {end:%Y-%m-%d}; the order is left out"
    return book["open_orders"].find(late, "dispatch_date", "order_after_end", rule, "", "warning")


@needs("open_orders")
def arrival_before_dispatch(book: Book) -> list[Finding]:
    return backwards(book["open_orders"], "dispatch_date", "arrival_date", "arrival_before_dispatch")


@needs("open_orders", "items")
def broken_cases(book: Book) -> list[Finding]:
    """A firm order is a number of whole cases."""
    orders = book.frame("open_orders")
    sizes = book.frame("items").drop_duplicates("item_id").set_index("item_id")["case_size"]
    size = orders["item_id"].map(sizes).astype("float64")
    cases = orders["quantity"] / size
    broken = (orders["status"] == "firm") & ((cases - np.round(cases)).abs() > 1e-6)
    rules = [f"the case has {units:g} units; a firm order is in whole cases" for units in size[broken]]
    return book["open_orders"].find(broken, "quantity", "broken_case", rules)


RULES: tuple[Rule, ...] = (
    missing_parts_of_orders,
    orders_on_unknown_lanes,
    deliveries_to_suppliers,
    orders_before_the_start,
    orders_after_the_end,
    arrival_before_dispatch,
    broken_cases,
)
