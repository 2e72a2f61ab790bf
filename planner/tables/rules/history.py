"""Demand lies in the horizon, sales before it."""

from collections.abc import Iterator

import pandas as pd

from planner.tables.findings import Finding
from planner.tables.rules.book import Book, Rule, needs


def neither_demand_nor_sales(book: Book) -> Iterator[Finding]:
    read = [name for name in ("demand", "sales") if book[name].read]
    if book.frame("demand").empty and book.frame("sales").empty and book.sound("demand", "sales"):
        sheet = book[read[0] if read else "demand"]
        rule = "there is neither demand nor sales, so there is nothing to plan for"
        yield sheet.about("no_demand", rule, "Give a forecast in demand, or history in sales.")


def demand_at_supplier(book: Book) -> Iterator[Finding]:
    for table in ("demand", "sales"):
        at_supplier = book.is_supplier(book.frame(table)["location_id"])
        rule = "it is a supplier, and suppliers sell nothing to customers"
        yield from book[table].find(at_supplier, "location_id", "demand_at_supplier", rule)


@needs("demand")
def demand_outside_the_horizon(book: Book) -> Iterator[Finding]:
    if not book.settings:
        return
    days = book.frame("demand")["date"]
    start, end = pd.Timestamp(book.settings.start_date), pd.Timestamp(book.settings.end_date)
    rule = f"demand can't be before the first day, {start:%Y-%m-%d}"
    hint = "Correct start_date in planner.toml, or leave the row out."
    yield from book["demand"].find(days < start, "date", "demand_before_start", rule, hint)
    rule = f"demand can't be after the last day, {end:%Y-%m-%d}"
    hint = "Correct horizon_days in planner.toml, or leave the row out."
    yield from book["demand"].find(days > end, "date", "demand_after_end", rule, hint)


@needs("sales")
def sales_in_the_horizon(book: Book) -> list[Finding]:
    if not book.settings:
        return []
    start = pd.Timestamp(book.settings.start_date)
    known = book.frame("sales")["date"] >= start
    rule = f"sales can't be on or after the first day, {start:%Y-%m-%d}"
    hint = "Correct start_date in planner.toml, or leave the row out."
    return book["sales"].find(known, "date", "sales_after_start", rule, hint)


RULES: tuple[Rule, ...] = (
    neither_demand_nor_sales,
    demand_at_supplier,
    demand_outside_the_horizon,
    sales_in_the_horizon,
)
