"""Events: each type needs its own columns."""

from collections.abc import Iterator

from planner.tables.findings import Finding
from planner.tables.rules.book import Book, Rule, backwards, needs
from planner.tables.schema import EVENT_EITHER, EVENT_NEEDS


@needs("events")
def missing_parts_of_events(book: Book) -> Iterator[Finding]:
    sheet = book["events"]
    for type_, columns in EVENT_NEEDS.items():
        of_type = sheet.frame["type"] == type_
        for column in columns if of_type.any() else ():
            values = sheet.frame[column]
            empty = of_type & (values.isna() | (values == ""))
            if column in sheet.text:
                empty &= sheet.text[column].str.strip() == ""
            yield from sheet.find(empty, column, "incomplete_event", f"an event of type {type_} needs it")


@needs("events")
def neither_quantity_nor_factor(book: Book) -> list[Finding]:
    """A limit is given as a quantity, or by how much it changes."""
    sheet = book["events"]
    events = sheet.frame
    neither = events["type"].isin(EVENT_EITHER) & events["quantity"].isna() & events["factor"].isna()
    for column in ("quantity", "factor"):
        if column in sheet.text:
            neither &= sheet.text[column].str.strip() == ""
    rules = [f"an event of type {type_} needs it, or a factor" for type_ in events.loc[neither, "type"]]
    return sheet.find(neither, "quantity", "incomplete_event", rules)


@needs("events")
def event_ends_before_it_begins(book: Book) -> list[Finding]:
    return backwards(book["events"], "date_from", "date_to", "event_backwards")


RULES: tuple[Rule, ...] = (
    missing_parts_of_events,
    neither_quantity_nor_factor,
    event_ends_before_it_begins,
)
