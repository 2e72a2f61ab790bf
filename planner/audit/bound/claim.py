"""What a certificate claims of its bound, against what its prices prove."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.audit.bound.frames import Unreadable
from planner.audit.bound.prices import FILE
from planner.audit.bound.total import BoundParts, recompute
from planner.audit.bound.windows import REFERENCE, ROUNDING
from planner.audit.compare import differences
from planner.audit.files import read_table
from planner.tables.dataset import DataSet

CERTIFICATE, PROOF = "certificate.json", "prices"
# How far a claim may be above: relative to the bound; for a location, which shares prices with others, more.
BOUND, BLOCK = 1e-6, 1e-4
Difference = tuple[str, str, str, object, object]


def refuted_bound(folder: Path, data: DataSet, certificate: Mapping[str, Any]) -> pd.DataFrame:
    """Differences of a certificate that is proven by prices; none for one that is proven otherwise."""
    if certificate.get("proof") != PROOF:
        return differences([])
    tables: list[pd.DataFrame | None] = []
    for name in (FILE, ROUNDING, REFERENCE):
        if name != FILE and not (folder / name).exists():
            tables.append(None)
            continue
        table, unreadable = read_table(folder / name)
        if table is None:
            return unreadable
        tables.append(table)
    prices, windows, reference = tables
    assert prices is not None
    try:
        parts = recompute(data, prices, windows, reference)
    except Unreadable as fault:
        return differences([(fault.file, "", "", f"unreadable: {fault}", "")])
    return differences(_above(certificate, parts))


def _above(certificate: Mapping[str, Any], parts: BoundParts) -> list[Difference]:
    """Claims that are higher than what was computed."""
    rows: list[Difference] = []
    claimed, total = certificate.get("bound"), parts.total
    if not math.isfinite(total):
        return [(CERTIFICATE, "bound", "", claimed, "nothing: at these prices there is no lower bound")]
    if claimed is not None and _is_number(claimed) and claimed > total + BOUND * max(1.0, abs(total)):
        rows.append((CERTIFICATE, "bound", "", claimed, f"at most {total!r}"))
    blocks = certificate.get("blocks", {})
    if not isinstance(blocks, Mapping):
        return [*rows, (CERTIFICATE, "blocks", "", blocks, "a number per location")]
    for location, value in blocks.items():
        mine = parts.by_location.get(location)
        if mine is None:
            rows.append((CERTIFICATE, "blocks", location, value, "no location with stock"))
        elif not _is_number(value) or value > mine + BLOCK * max(1.0, abs(total)):
            rows.append((CERTIFICATE, "blocks", location, value, f"at most {mine!r}"))
    return rows


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
