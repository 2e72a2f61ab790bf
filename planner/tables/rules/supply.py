"""Suppliers, stock and what locations can do."""

from collections.abc import Iterator

from planner.tables.findings import Finding
from planner.tables.rules.book import Book, Rule, needs


@needs("inventory")
def stock_at_supplier(book: Book) -> list[Finding]:
    at_supplier = book.is_supplier(book.frame("inventory")["location_id"])
    hint = "What a supplier can deliver belongs into supply."
    return book["inventory"].find(
        at_supplier, "location_id", "stock_at_supplier", "it is a supplier, and suppliers hold no stock", hint
    )


def supply_from_elsewhere(book: Book) -> Iterator[Finding]:
    """Only suppliers supply."""
    for table, column in (("supply", "location_id"), ("order_minimums", "supplier")):
        locations = book.frame(table)[column]
        if locations.empty:
            continue
        elsewhere = book.is_known(locations) & ~book.is_supplier(locations)
        rules = [
            f"it is a {book.kind[name] or 'location of unknown kind'}, not a supplier"
            for name in locations[elsewhere]
        ]
        yield from book[table].find(elsewhere, column, "not_a_supplier", rules)


@needs("supply")
def least_order_above_most(book: Book) -> list[Finding]:
    supply = book.frame("supply")
    above = supply["min_order_quantity"] > supply["max_per_day"]
    rules = [
        f"max_per_day is {most:g}; an order could never be placed"
        for most in supply.loc[above, "max_per_day"]
    ]
    return book["supply"].find(above, "min_order_quantity", "minimum_above_maximum", rules)


@needs("capacities")
def date_and_weekday(book: Book) -> list[Finding]:
    capacities = book.frame("capacities")
    both = capacities["date"].notna() & (capacities["weekday"] != "")
    return book["capacities"].find(
        both,
        "weekday",
        "date_and_weekday",
        "a row holds for a date or for a weekday, not for both",
        "Empty one of them.",
    )


@needs("capacities")
def capacity_of_supplier_stock(book: Book) -> list[Finding]:
    """Suppliers have neither stock nor arrivals that could be limited."""
    capacities = book.frame("capacities")
    idle = ["inbound_kg", "inbound_vehicles", "storage_m3"]
    useless = book.is_supplier(capacities["location_id"]) & capacities["resource"].isin(idle)
    return book["capacities"].find(
        useless,
        "resource",
        "useless_capacity",
        "suppliers receive and store nothing; the row has no effect",
        "",
        "warning",
    )


def empty_inventory(book: Book) -> Iterator[Finding]:
    if book["inventory"].read and book.frame("inventory").empty:
        yield book["inventory"].about(
            "no_stock", "there is no stock anywhere", "Maybe the export failed.", "warning"
        )


RULES: tuple[Rule, ...] = (
    stock_at_supplier,
    supply_from_elsewhere,
    least_order_above_most,
    date_and_weekday,
    capacity_of_supplier_stock,
    empty_inventory,
)
