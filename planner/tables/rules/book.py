"""All tables of a data set under validation, with the few views that many rules need."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, wraps

import pandas as pd

from planner.tables.findings import Finding
from planner.tables.settings import Settings
from planner.tables.sheet import Sheet

LANE = ["origin", "destination", "mode"]
BEFORE, AFTER = pd.Timestamp("1800-01-01"), pd.Timestamp("2250-01-01")  # stand for dates that are not given


@dataclass(frozen=True)
class Book:
    """Faulty cells are missing values in the frames: they have been reported, rules pass over them."""

    sheets: dict[str, Sheet]
    settings: Settings | None

    def __getitem__(self, table: str) -> Sheet:
        return self.sheets[table]

    def frame(self, table: str) -> pd.DataFrame:
        return self.sheets[table].frame

    def sound(self, *tables: str) -> bool:
        """Whether these tables are free of faulty cells, so that conclusions from them are safe."""
        return all(self.sheets[table].sound for table in tables)

    @cached_property
    def kind(self) -> "pd.Series[str]":
        """The kind of each location."""
        locations = self.frame("locations").drop_duplicates("location_id")
        return locations.set_index("location_id")["kind"]

    def is_supplier(self, locations: "pd.Series[str]") -> "pd.Series[bool]":
        return locations.isin(self.kind.index[self.kind == "supplier"])

    def is_known(self, locations: "pd.Series[str]") -> "pd.Series[bool]":
        return locations.isin(self.kind.index)


Rule = Callable[[Book], Iterable[Finding]]


def backwards(sheet: Sheet, begin: str, end: str, code: str) -> list[Finding]:
    """Rows whose `end` is before their `begin`."""
    wrong = sheet.frame[end] < sheet.frame[begin]
    rules = [f"it can't be before {begin}, {day:%Y-%m-%d}" for day in sheet.frame.loc[wrong, begin]]
    return sheet.find(wrong, end, code, rules)


def needs(*tables: str) -> Callable[[Rule], Rule]:
    """A rule that only looks where all of these tables have rows."""

    def only_then(rule: Rule) -> Rule:
        @wraps(rule)
        def guarded(book: Book) -> Iterable[Finding]:
            return () if any(book.frame(table).empty for table in tables) else rule(book)

        return guarded

    return only_then
