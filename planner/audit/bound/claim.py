"""What a certificate claims of its bound, against what its prices prove."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.audit.bound.branches import FILE as BRANCHES
from planner.audit.bound.frames import Unreadable
from planner.audit.bound.prices import FILE
from planner.audit.bound.total import recompute
from planner.audit.compare import differences
from planner.audit.files import read_json, read_table
from planner.tables.dataset import DataSet

CERTIFICATE, PROOF = "certificate.json", "prices"
ABOVE = 1e-6  # relative: how far a claim may be above


def refuted_bound(
    folder: Path,
    data: DataSet,
    certificate: Mapping[str, Any],
    buckets: str | None = None,
    proven: float | None = None,
) -> pd.DataFrame:
    """Differences of a certificate that is proven by prices; none for one that is proven otherwise.

    `proven` is what these prices prove, for whoever has just computed it from them: it can take long.
    """
    if certificate.get("proof") != PROOF:
        return differences([])
    prices, unreadable = read_table(folder / FILE)
    if prices is None:
        return unreadable
    branches = None
    if (folder / BRANCHES).exists():
        branches, unreadable = read_json(folder / BRANCHES)
        if branches is None:
            return unreadable
    try:
        total = recompute(data, prices, branches, buckets).total if proven is None else proven
    except Unreadable as fault:
        return differences([(fault.file, "", "", f"unreadable: {fault}", "")])
    claimed = certificate.get("bound")
    if not math.isfinite(total):
        nothing = "nothing: at these prices there is no lower bound"
        return differences([(CERTIFICATE, "bound", "", claimed, nothing)])
    if claimed is not None and _is_number(claimed) and claimed > total + ABOVE * max(1.0, abs(total)):
        return differences([(CERTIFICATE, "bound", "", claimed, f"at most {total!r}")])
    return differences([])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
