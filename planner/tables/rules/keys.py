"""Keys are unique, and names refer to something that exists."""

from collections.abc import Iterator

import pandas as pd

from planner.tables.findings import Finding, nearest
from planner.tables.rules.book import LANE, Book, Rule, needs
from planner.tables.schema import Column
from planner.tables.sheet import Sheet

MOST_HINTS = 200  # the search for the nearest name is slow, and nobody reads more


def duplicate_keys(book: Book) -> Iterator[Finding]:
    """Two rows of a table never have the same key."""
    for sheet in book.sheets.values():
        if sheet.table.key and len(sheet.frame) > 1:
            yield from _duplicates(sheet)


def _duplicates(sheet: Sheet) -> Iterator[Finding]:
    key = list(sheet.table.key)
    keyed = sheet.frame[key]
    complete = pd.Series(True, index=keyed.index)
    for column in sheet.table.columns:
        if column.key and column.required:
            complete &= (
                keyed[column.name] != "" if column.kind in ("text", "choice") else keyed[column.name].notna()
            )
    if sheet.table.repeatable:
        complete &= ~sheet.frame.duplicated()
    keyed = keyed[complete]
    again = keyed.duplicated()
    if not again.any():
        return
    all_equal = keyed[keyed.duplicated(keep=False)]
    first = all_equal.groupby(key, dropna=False, sort=False)[key[0]].transform(lambda rows: rows.index[0])
    rows = keyed.index[again]
    rules = [f"row {int(first[row])} has the same {', '.join(key)}" for row in rows]
    yield from sheet.find(rows, key[0], "duplicate_key", rules, "Keep one of them, or add them up.")


def unknown_references(book: Book) -> Iterator[Finding]:
    """What a column refers to exists."""
    for sheet in book.sheets.values():
        for column in sheet.table.columns:
            if column.refers and book[column.refers[0]].read and column.name in sheet.text:
                yield from _unknown(sheet, column, book.frame(column.refers[0])[column.refers[1]])


def _unknown(sheet: Sheet, column: Column, known: "pd.Series[str]") -> list[Finding]:
    names = sheet.frame[column.name]
    unknown = (names != "") & ~names.isin(known)
    if not unknown.any():
        return []
    table, target = column.refers or ("", "")
    words = list(known.unique())
    hints = {name: _hint(name, words) for name in names[unknown].unique()[:MOST_HINTS]}
    rule = f"{table}.{target} has no such value"
    return sheet.find(
        unknown, column.name, "unknown_reference", rule, [hints.get(name, "") for name in names[unknown]]
    )


def _hint(name: str, known: list[str]) -> str:
    same_number = next(
        (word for word in known if word.lstrip("0") == name.lstrip("0") and word != name), None
    )
    if same_number:
        return f"Maybe {same_number} is meant; a spreadsheet may have removed leading zeros."
    return nearest(name, known)


@needs("weight_breaks")
def weight_breaks_without_lane(book: Book) -> Iterator[Finding]:
    """A weight break belongs to a lane and mode."""
    if book["lanes"].read:
        yield from lanes_that_do_not_exist(
            book, "weight_breaks", pd.Series(True, index=book.frame("weight_breaks").index)
        )


def lanes_that_do_not_exist(book: Book, table: str, rows: "pd.Series[bool]") -> list[Finding]:
    """Rows (a mask) of a table that name an origin, a destination and a mode without such a row in lanes."""
    sheet = book[table]
    triple = sheet.frame[LANE]
    checked = rows & (triple != "").all(axis=1)
    checked &= book.is_known(triple["origin"]) & book.is_known(triple["destination"])
    lanes = pd.MultiIndex.from_frame(book.frame("lanes")[LANE])
    unknown = checked & ~pd.MultiIndex.from_frame(triple).isin(lanes)
    modes = book.frame("lanes").groupby(LANE[:2])["mode"].agg(lambda found: ", ".join(sorted(set(found))))
    found = triple[unknown].join(modes.rename("modes"), on=LANE[:2])["modes"]
    hints = [
        f"The modes of this lane are {text}." if isinstance(text, str) else "The lane has no row."
        for text in found
    ]
    rules = [
        f"lanes has no {row.origin} → {row.destination} of this mode" for row in triple[unknown].itertuples()
    ]
    return sheet.find(unknown, "mode", "unknown_lane", rules, hints)


RULES: tuple[Rule, ...] = (duplicate_keys, unknown_references, weight_breaks_without_lane)
