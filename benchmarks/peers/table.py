"""The two tables as Markdown, row by row, and the first one as CSV."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.peers.record import LEVELS, Run, percent

ABSENT = "–"
COLUMNS = (
    "instance", "stock points", "rows", "columns", "whole", "engine", "cost", "bound",
    *(f"{level:.0%}".replace("%", " %") for level in LEVELS), "gap", "seconds", "peak memory", "note",
)  # fmt: skip
GROWTH = ("instance", "item-stores", "stock points", "seconds", "per 1,000 stock points", "1 %", "gap")


def header(columns: Sequence[str]) -> str:
    """The first two lines of a table."""
    return f"{row(columns)}\n|{'---|' * len(columns)}"


def row(cells: Sequence[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def cells(run: Run) -> list[str]:
    """The line of a run."""
    network = run.network
    return [
        network.name, f"{network.points:,}", f"{network.rows:,}", f"{network.columns:,}", f"{network.whole:,}",
        run.engine, _number(run.cost, ",.2f"), _number(run.bound, ",.2f"),
        *(_number(run.reached.get(level), ".1f", " s") for level in LEVELS),
        _percent(run.gap), _number(run.seconds, ".1f", " s"), _number(run.memory, ",.0f", " MiB"),
        run.note or ABSENT,
    ]  # fmt: skip


def growth(runs: Sequence[Run]) -> Iterator[str]:
    """How time grows with the instance, for the runs of one engine that came to an end."""
    if not ended(runs):
        yield "No run found a plan."
        return
    yield header(GROWTH)
    for run in sorted(ended(runs), key=lambda run: run.network.item_stores):
        network, seconds = run.network, run.seconds or 0.0
        yield row([
            network.name, f"{network.item_stores:,}", f"{network.points:,}", f"{seconds:.1f} s",
            f"{seconds / network.points * 1_000:.2f} s",
            _number(run.reached.get(0.01), ".1f", " s"), _percent(run.gap),
        ])  # fmt: skip


def ended(runs: Sequence[Run]) -> list[Run]:
    """Runs that were made and have a plan."""
    return [run for run in runs if run.seconds is not None and run.gap is not None]


def write_csv(path: Path, runs: Sequence[Run]) -> None:
    """All runs with all digits; empty = not known or not reached."""
    names = ("instance", "item_stores", "stock_points", "rows", "columns", "whole", "engine", "cost", "bound")
    times = tuple(f"seconds_to_{level:.0%}".replace("%", "_percent") for level in LEVELS)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, *times, "gap", "seconds", "peak_mib", "note"])
        for run in runs:
            network = run.network
            writer.writerow([
                network.name, network.item_stores, network.points, network.rows, network.columns, network.whole,
                run.engine, run.cost, run.bound, *(run.reached.get(level) for level in LEVELS),
                run.gap, run.seconds, run.memory, run.note,
            ])  # fmt: skip


def _number(value: float | None, form: str, unit: str = "") -> str:
    if value is None:
        return ABSENT
    return f"{value:{form}}{unit}"


def _percent(share: float | None) -> str:
    return ABSENT if share is None else percent(share)
