"""A comparison for people who work in spreadsheets."""

from pathlib import Path

import pandas as pd

from planner.errors import UsageError
from planner.plan.export import harmless
from planner.plan.files import write_atomically, write_csv
from planner.plan.workbook import write_workbook
from planner.value.compare.comparison import Comparison
from planner.value.compare.figures import Figure


def write(comparison: Comparison, path: Path) -> list[Path]:
    """Write .xlsx (sheets Key figures, Cost, Orders) or .csv (figures there, orders beside it in NAME-orders.csv).

    Returns what was written; raises UsageError for another suffix, or if a file exists.
    """
    orders = path.with_name(f"{path.stem}-orders.csv")
    targets = {".xlsx": [path], ".csv": [path, orders]}.get(path.suffix.lower())
    if targets is None:
        raise UsageError(f"{path}: a comparison is written as .xlsx or .csv")
    for target in targets:
        if target.exists():
            raise UsageError(
                f"{target} exists already; nothing was written. Maybe choose another name with --to."
            )
    if not path.parent.exists():
        raise UsageError(f"the folder {path.parent} doesn't exist; nothing was written")
    tables = sheets(comparison)
    if len(targets) == 1:
        write_atomically(path, lambda target: write_workbook(target, tables))
    else:
        write_csv(orders, harmless(tables["Orders"]))
        write_csv(path, harmless(pd.concat([tables["Cost"], tables["Key figures"]], ignore_index=True)))
    return targets


def sheets(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Key figures and Cost with a row per figure and run, Orders with a row per change and run."""
    return {
        "Key figures": _figures(comparison, comparison.key_figures),
        "Cost": _figures(comparison, comparison.cost),
        "Orders": _orders(comparison),
    }


def _figures(comparison: Comparison, figures: list[Figure]) -> pd.DataFrame:
    rows = []
    for figure in figures:
        for number, (run, label) in enumerate(zip(comparison.runs, comparison.labels, strict=True)):
            said = comparison.verdicts[number - 1].kind if number and figure.name == "cost.total" else ""
            numbers = (figure.values[number], figure.differences[number], figure.shares[number])
            rows.append((figure.name, label, run.record.run_id, *numbers, said))
    columns = ["figure", "run", "run_id", "value", "difference", "share", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _orders(comparison: Comparison) -> pd.DataFrame:
    parts = [
        orders.assign(run=label)[["run", *orders.columns]]
        for label, orders in zip(comparison.labels[1:], comparison.orders, strict=True)
    ]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
