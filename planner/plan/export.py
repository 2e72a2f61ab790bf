"""A run for people who work in spreadsheets: a workbook, or a file per sheet."""

from pathlib import Path
from typing import Any, Literal

import pandas as pd

from planner.errors import UsageError
from planner.plan.files import flush, plain, write_atomically, write_csv
from planner.plan.proposals import load_list, low_stock, order_proposal, stock_projection, supplier_orders
from planner.plan.run import Run
from planner.plan.workbook import write_workbook

Format = Literal["xlsx", "csv"]
_LIVE = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula at the beginning of a text


def export(run: Run, format: Format, to: Path | None = None) -> Path:  # noqa: A002 (the word that planners use)
    """Write a workbook or a folder of CSV files and return its path; raises UsageError if it exists."""
    default = f"{run.record.run_id}.xlsx" if format == "xlsx" else run.record.run_id + "-csv"
    target = to or Path(default)
    if target.exists():
        raise UsageError(
            f"{target} exists already; nothing was written. Maybe choose another name with --to."
        )
    if not target.parent.exists():
        raise UsageError(f"the folder {target.parent} doesn't exist; nothing was written")
    tables = sheets(run)
    if format == "xlsx":
        write_atomically(target, lambda path: write_workbook(path, tables))
    else:
        write_folder(target, tables)
    return target


def sheets(run: Run) -> dict[str, pd.DataFrame]:
    """The sheets by name, in reading order; orders, loads and inventory as in the run's files."""
    plan = run.plan
    return {
        "Summary": _summary(run),
        "Order proposal": order_proposal(plan),
        "Load list": load_list(plan),
        "Supplier orders": supplier_orders(plan),
        "Low stock": low_stock(plan),
        "Stock projection": stock_projection(plan),
        "Orders": plan.orders,
        "Loads": plan.loads,
        "Inventory": plan.inventory,
        "Costs": _costs(plan.kpis["cost"], run.record.currency),
        "Certificate": _pairs(plan.certificate),
    }


def write_folder(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """One CSV file per table; the folder appears when all of them are in it."""
    draft = folder.with_name(f".{folder.name}.partial")
    draft.mkdir()
    for name, frame in tables.items():
        write_csv(draft / f"{name.lower().replace(' ', '_')}.csv", harmless(frame))
    flush(draft)
    draft.rename(folder)
    flush(folder.parent)


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts that a spreadsheet would run as a formula begin with an apostrophe instead."""
    text = [name for name in frame.columns if any(isinstance(value, str) for value in frame[name])]
    return frame.assign(**{name: frame[name].map(_harmless_cell) for name in text})


def _harmless_cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_LIVE) else value


def _summary(run: Run) -> pd.DataFrame:
    record, kpis = run.record, run.plan.kpis
    first = {
        "run": record.run_id,
        "status": record.status,
        "tables": record.source,
        "scenario": record.scenario,
        "currency": record.currency,
        "cost": run.plan.cost,
        "bound": run.plan.bound,
        "gap": run.plan.gap,
    }
    return _pairs(first | {name: value for name, value in kpis.items() if name != "cost"})


def _costs(cost: dict[str, Any], currency: str) -> pd.DataFrame:
    """Cause, mode (of freight) and money; emergency freight is a part of freight."""
    rows: list[tuple[str, str, float, str]] = []
    for cause, value in cost.items():
        modes = value if isinstance(value, dict) else {"": value}
        rows += [(cause, mode, money, currency) for mode, money in modes.items()]
    return pd.DataFrame(rows, columns=["cause", "mode", "money", "currency"])


def _pairs(values: dict[str, Any]) -> pd.DataFrame:
    """Name and value, nested names joined by dots."""
    rows: list[tuple[str, Any]] = []

    def add(prefix: str, inner: dict[str, Any]) -> None:
        for name, value in inner.items():
            if isinstance(value, dict):
                add(f"{prefix}{name}.", value)
            elif isinstance(value, list):
                rows.append((prefix + name, str(value)))
            else:
                rows.append((prefix + name, value))

    add("", plain(values))
    return pd.DataFrame(rows, columns=["name", "value"], dtype=object)
