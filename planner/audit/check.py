"""Check a run folder: recompute everything that it claims, without the engines and without a solver."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.audit.bound.claim import refuted_bound
from planner.audit.calendar import read_periods
from planner.audit.compare import MONEY, OTHER, TableKind, compare_tables, differences, differs
from planner.audit.evaluate import Evaluation, evaluate
from planner.audit.files import read_json, read_table
from planner.tables.buckets import BadBuckets
from planner.tables.dataset import DataSet

LOADS = TableKind("loads.csv", key=("load_id",), money=("cost",), numbers=("vehicles", "kg", "m3", "fill"))
INVENTORY = TableKind(
    "inventory.parquet",
    key=("item_id", "location_id", "date"),
    money=(),
    numbers=("opening", "arrivals", "expected_sales", "expected_lost", "dispatched", "waste", "closing"),
)
SHOWN = 20
Difference = tuple[str, str, str, object, object]


@dataclass(frozen=True)
class CheckReport:
    """What a check found.

    `differences` has file, row, column, claimed and recomputed, `violations` is that of the evaluation,
    and `evaluation` is None if the orders can't be read.
    """

    differences: pd.DataFrame
    violations: pd.DataFrame
    evaluation: Evaluation | None

    @property
    def agrees(self) -> bool:
        """Whether every claim is right and no limit is violated."""
        return self.differences.empty and self.violations.empty

    def text(self) -> str:
        """The report for people; the first lines of a long list."""
        if self.agrees and self.evaluation:
            return f"The check confirms the plan: cost {self.evaluation.total:,.2f}, no limit is violated."
        lines = ["The check refutes the plan."]
        if len(self.differences):
            lines.append(f"{len(self.differences):,} claims differ from what was recomputed:")
            lines += [_sentence(row) for row in self.differences.head(SHOWN).to_dict("records")]
            lines += _rest(len(self.differences))
        if len(self.violations):
            lines.append(f"{len(self.violations):,} limits are violated:")
            lines += [
                f"  {row['limit']}: {row['message']}"
                for row in self.violations.head(SHOWN).to_dict("records")
            ]
            lines += _rest(len(self.violations))
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """The report in JSON's types."""
        violations = self.violations.assign(date=self.violations["date"].dt.strftime("%Y-%m-%d"))
        plain = violations.astype(object).where(violations.notna(), None)
        return {
            "agrees": self.agrees,
            "cost": self.evaluation.total if self.evaluation else None,
            "differences": self.differences.to_dict("records"),
            "violations": plain.to_dict("records"),
        }


def check(run_folder: str | Path, data: DataSet, proven: float | None = None) -> CheckReport:
    """Compare what a run folder claims with what follows from its orders and the tables.

    `proven` is the bound that the prices of the run prove, for whoever has just recomputed it; else it is recomputed here.
    """
    folder = Path(run_folder)
    orders, unreadable = read_table(folder / "orders.csv")
    buckets, odd = _periods(folder, data)
    if orders is None:
        found = pd.concat(
            [unreadable, odd, _certificate(folder, data, None, buckets, proven)], ignore_index=True
        )
        return CheckReport(found, evaluate(data, pd.DataFrame(), buckets).violations.iloc[:0], None)
    evaluation = evaluate(data, orders, buckets)
    parts = [
        odd,
        _table(folder, LOADS, evaluation.loads),
        _table(folder, INVENTORY, evaluation.inventory),
        _key_figures(folder, evaluation),
        _certificate(folder, data, evaluation.total, buckets, proven),
    ]
    return CheckReport(pd.concat(parts, ignore_index=True), evaluation.violations, evaluation)


def _periods(folder: Path, data: DataSet) -> tuple[str, pd.DataFrame]:
    """The periods for which the plan was made, "" = days, and what is wrong with them (then they are taken as days)."""
    content, _ = read_json(folder / "certificate.json")
    options = (content or {}).get("options")
    claimed = options.get("buckets", "") if isinstance(options, Mapping) else ""
    try:
        if not isinstance(claimed, str):
            raise BadBuckets("a text such as 7d,3w")
        read_periods(data, claimed)
    except BadBuckets as fault:
        return "", differences([("certificate.json", "options", "buckets", claimed, str(fault))])
    return claimed, differences([])


def _table(folder: Path, kind: TableKind, recomputed: pd.DataFrame) -> pd.DataFrame:
    claimed, unreadable = read_table(folder / kind.file)
    return unreadable if claimed is None else compare_tables(kind, claimed, recomputed)


def _key_figures(folder: Path, evaluation: Evaluation) -> pd.DataFrame:
    claimed, unreadable = read_json(folder / "kpis.json")
    if claimed is None:
        return unreadable
    theirs, mine = dict(_flat(claimed)), dict(_flat(evaluation.kpis))
    rows: list[Difference] = []
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        if name not in theirs or name not in mine:
            rows.append(("kpis.json", name, "", _state(name in theirs), _state(name in mine)))
        elif differs(theirs[name], mine[name], MONEY if name.startswith("cost.") else OTHER):
            rows.append(("kpis.json", name, "", theirs[name], mine[name]))
    return differences(rows)


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested keys joined by dots; an empty section is a key of its own."""
    for name, value in content.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _state(present: bool) -> str:
    return "present" if present else "absent"


def _certificate(
    folder: Path, data: DataSet, cost: float | None, buckets: str, proven: float | None
) -> pd.DataFrame:
    """The claims of the certificate that need no solver, and the bound where prices prove it."""
    content, unreadable = read_json(folder / "certificate.json")
    if content is None:
        return unreadable
    rows: list[Difference] = []

    def differ(name: str, recomputed: object) -> None:
        rows.append(("certificate.json", name, "", content.get(name), recomputed))

    if content.get("input_hash") != data.content_hash:
        differ("input_hash", data.content_hash)
    claims = {name: content.get(name) for name in ("cost", "bound", "gap")}
    numbers = {
        name: float(value) for name, value in claims.items() if value is not None and _is_finite(value)
    }
    for name in claims.keys() - numbers.keys():
        differ(name, "a number")
    if cost is not None and "cost" in numbers and differs(numbers["cost"], cost, MONEY):
        differ("cost", cost)
    real = numbers.get("cost") if cost is None else cost
    if real is not None and "bound" in numbers:
        if numbers["bound"] > real + MONEY:
            differ("bound", f"at most {real!r}")
        gap = (numbers.get("cost", real) - numbers["bound"]) / real if real > 0 else 0.0
        if "gap" in numbers and differs(numbers["gap"], gap, OTHER):
            differ("gap", gap)
    refuted = refuted_bound(folder, data, content, buckets, proven)
    return pd.concat([differences(rows), refuted], ignore_index=True)


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _sentence(row: Mapping[Any, Any]) -> str:
    place = " ".join(part for part in (row["file"], row["row"], row["column"]) if part)
    recomputed = f", recomputed {row['recomputed']}" if row["recomputed"] else ""
    return f"  {place}: claimed {row['claimed']}{recomputed}"


def _rest(count: int) -> list[str]:
    return [f"  … and {count - SHOWN:,} more"] if count > SHOWN else []
