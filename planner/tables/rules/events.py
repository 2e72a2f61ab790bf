"""Events: each type needs its own columns."""

from collections.abc import Iterator

from planner.tables.findings import Finding
from planner.tables.rules.book import Book, Rule, backwards, needs
from planner.tables.schema import EVENT_NEEDS


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
def event_ends_before_it_begins(book: Book) -> list[Finding]:
    return backwards(book["events"], "date_from", "date_to", "event_backwards")


RULES: tuple[Rule, ...] = (missing_parts_of_events, event_ends_before_it_begins)
