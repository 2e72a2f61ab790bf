"""What a page is made of. Sections are plain data, so that the same ones can be shown in other places."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "money", "percent", "number", "whole", "date", "verdict"]


@dataclass(frozen=True)
class Column:
    """Heading and kind of a table's column; `percent` values are shares, 0 to 1."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """Rows under a title; None is shown as a dash."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """An ECharts option, and the same numbers as a table. `summary` says in words what is to be seen.

    `kind` is that of the values; `height` is in pixels.
    """

    id: str
    title: str
    summary: str
    option: dict[str, Any]
    table: Table | None  # None where a table of the section has the numbers
    kind: Kind = "number"
    height: int = 320
    half: bool = False  # two of them share a line where there is room
    note: str = ""


@dataclass(frozen=True)
class Tile:
    """A key figure in large letters."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page. Sentences are conclusions drawn from the numbers below them."""

    id: str
    title: str
    sentences: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
