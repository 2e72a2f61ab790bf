"""The reference of the tables in `docs/tables.md`, written from the schema."""

from planner.tables.schema import EVENT_EITHER, EVENT_NEEDS, EVENT_USES, TABLES, Column, Table
from planner.tables.settings import (
    Approval,
    CsvReading,
    Defaults,
    ExceptionRules,
    GivenSettings,
    Profile,
    Strict,
)

INTRODUCTION = """# Tables

This page is written from the schema (`planner/tables/schema.py`) by `python -m planner.tables.document`.

A data set is a folder with one file per table (`items.csv`, `items.parquet`, `items.xlsx`), or one workbook
(`.xlsx`) with one sheet per table. Beside it, or as a sheet `settings` with the columns `key` and `value`,
there may be `planner.toml`. An empty cell means *not given*. Column names are exact and may be in any order;
an unknown column is an error, or with `extra_columns = "allow"` a warning. Money is in the data set's
currency, weights are kg, volumes m³, distances km, times days. Dates are written 2026-03-31, decimal marks
are points.

The order of a day: arrivals, dispatches, sales, closing stock. Lead time 0: usable on the day of dispatch.

CSV files are UTF-8 with commas. A file with semicolons or tabs, with decimal commas or in the Windows code
page cp1252 is read with a warning that says what was assumed; `[csv]` in `planner.toml` says it for all.
A text that begins with `=`, `+`, `-`, `@` or a tab is written with an apostrophe before it, so that no
spreadsheet runs it; the apostrophe is taken away again when the file is read.

**Bold** columns are the key: no two rows have the same. `*` marks what is required.
"""


def document() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION, *(_table(table) for table in TABLES.values()), _settings()]
    return "\n".join(parts)


def _table(table: Table) -> str:
    lines = [
        f"## {table.name}{'*' if table.required else ''}",
        "",
        table.meaning,
        "",
        "| column | type | unit | default | range | meaning |",
        "|---|---|---|---|---|---|",
        *(_row(column) for column in table.columns),
        "",
    ]
    if table.name == "events":
        lines += ["| type | needs | may have |", "|---|---|---|"]
        lines += [f"| {type_} | {_needed(type_)} | {_possible(type_)} |" for type_ in EVENT_NEEDS]
        lines += ["", "What each type means is in [response.md](response.md).", ""]
    return "\n".join(lines)


def _needed(type_: str) -> str:
    either = ["quantity or factor"] if type_ in EVENT_EITHER else []
    return ", ".join([*EVENT_NEEDS[type_], *either])


def _possible(type_: str) -> str:
    named = ("quantity", "factor") if type_ in EVENT_EITHER else ()
    return ", ".join(column for column in EVENT_USES[type_] if column not in named)


def _row(column: Column) -> str:
    name = f"**{column.name}**" if column.key else column.name
    default = "" if column.default is None else f"{column.default:g}"
    if column.kind == "flag" and column.default is not None:
        default = str(bool(column.default)).lower()
    kind = f"→ {'.'.join(column.refers)}" if column.refers else column.kind
    cells = (name + "*" * column.required, kind, column.unit, default, _range(column), column.meaning)
    return f"| {' | '.join(cells)} |"


def _range(column: Column) -> str:
    if column.choices:
        return ", ".join(column.choices)
    low, high = column.minimum, column.maximum
    below, above = ("<", ">") if column.open_range else ("≤", "≥")
    if low is not None and high is not None:
        return f"{low:g} {below} x {below} {high:g}"
    return "" if low is None else f"{above} {low:g}"


def _settings() -> str:
    lines = ["## planner.toml", "", "Everything is optional.", ""]
    sections: tuple[tuple[str, type[Strict]], ...] = (
        ("", GivenSettings),
        ("[defaults]", Defaults),
        ("[profiles.NAME]", Profile),
        ("[csv]", CsvReading),
        ("[exceptions]", ExceptionRules),
        ("[approval]", Approval),
    )
    for title, model in sections:
        lines += [f"`{title}`", ""] if title else []
        lines += ["| key | default | meaning |", "|---|---|---|"]
        for name, field in model.model_fields.items():
            default = field.get_default(call_default_factory=True)
            shown = str(default).lower() if isinstance(default, bool) else default
            plain = isinstance(default, str | int | float)
            lines.append(f"| {name} | {shown if plain else ''} | {field.description or ''} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    from pathlib import Path

    Path("docs/tables.md").write_text(document(), encoding="utf-8")
