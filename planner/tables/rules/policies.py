"""Policies after their cascade: what holds for one item and location must not contradict itself."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.tables.findings import Finding
from planner.tables.policies import deciding_rows
from planner.tables.rules.book import Book, Rule, needs
from planner.tables.schema import SCOPE


@needs("policies")
def scopes_that_fit_nothing(book: Book) -> Iterator[Finding]:
    """A row whose item has another category, or whose location has another kind, never holds."""
    sheet = book["policies"]
    for name, other, table in (("item_id", "category", "items"), ("location_id", "kind", "locations")):
        things = book.frame(table).drop_duplicates(name).set_index(name)[other]
        real = sheet.frame[name].map(things)
        never = (sheet.frame[other] != "") & real.notna() & (real != sheet.frame[other])
        rules = [
            f"the {other} of {thing} is {is_ or 'not given'}; the row never holds"
            for thing, is_ in zip(sheet.frame.loc[never, name], real[never], strict=True)
        ]
        yield from sheet.find(never, other, "useless_policy", rules, "", "warning")


@needs("items", "locations", "policies")
def least_stock_above_most(book: Book) -> list[Finding]:
    """For each item and location the least stock is not above the most."""
    return _contradictions(book, "min_stock", "max_stock", "minimum_above_maximum")


@needs("items", "locations", "policies")
def low_cover_above_high(book: Book) -> list[Finding]:
    """For each item and location what is too little is not more than what is too much."""
    return _contradictions(book, "low_days_of_cover", "high_days_of_cover", "low_above_high")


def _contradictions(book: Book, low: str, high: str, code: str) -> list[Finding]:
    """Pairs of rows that, for some item and location, decide a lower end that is above the upper one."""
    items, policies = book.frame("items").drop_duplicates("item_id"), book.frame("policies")
    locations = book.frame("locations").drop_duplicates("location_id")
    locations = locations[locations["kind"] != "supplier"]
    if policies[low].isna().all() or policies[high].isna().all():
        return []
    least = deciding_rows(items, locations, policies, low)
    most = deciding_rows(items, locations, policies, high)
    values = [np.append(policies[field].to_numpy(), np.nan) for field in (low, high)]
    item, location = np.nonzero(values[0][least] > values[1][most])
    conflicts = pd.DataFrame(
        {"least": least[item, location], "most": most[item, location], "item": item, "location": location}
    ).drop_duplicates(["least", "most"])
    rows = policies.index.to_numpy()
    rules = [
        f"{high} is {values[1][most]:g} (row {rows[most]}) for {items['item_id'].iloc[item]} at "
        f"{locations['location_id'].iloc[location]}; the least can't be above the most"
        for most, item, location in conflicts[["most", "item", "location"]].to_numpy()
    ]
    return book["policies"].find(rows[conflicts["least"]], low, code, rules)


@needs("policies")
def field_twice_for_a_scope(book: Book) -> Iterator[Finding]:
    """Two rows of the same scope don't give the same field."""
    sheet = book["policies"]
    for field in sheet.table.names[len(SCOPE) :]:
        given = sheet.frame[sheet.frame[field].notna()]
        again = given.duplicated(list(SCOPE))
        if again.any():
            first = given.groupby(list(SCOPE))[field].transform(lambda rows: rows.index[0])
            rules = [f"row {int(row)} gives it for the same scope" for row in first[again]]
            yield from sheet.find(given.index[again], field, "duplicate_policy", rules, "Keep one of them.")


RULES: tuple[Rule, ...] = (
    field_twice_for_a_scope,
    scopes_that_fit_nothing,
    least_stock_above_most,
    low_cover_above_high,
)
