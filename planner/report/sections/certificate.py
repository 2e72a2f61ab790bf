"""What is proven, from what, and how anybody can check it."""

from typing import Any

from planner.plan.files import plain
from planner.report.material import Material, policy_of
from planner.report.page import Column, Section, Table
from planner.report.words import number, percent


def certificate(m: Material) -> Section:
    """Cost, bound and gap of every run, then the details of the first."""
    run = m.run
    columns = (
        Column("run"), Column("status"), Column("cost", "money"), Column("bound", "money"), Column("gap", "percent"),
        Column("seconds", "number"), Column("id"),
    )  # fmt: skip
    rows = tuple(
        (
            name,
            other.record.status,
            other.plan.cost,
            *((other.plan.bound, other.plan.gap) if other.plan.bound > 0 else (None, None)),
            other.record.seconds,
            other.record.run_id,
        )
        for name, other in zip(m.names, m.runs, strict=True)
    )
    proof = (
        f"Any plan for these tables costs at least {number(run.plan.bound, 2)} {m.currency}. "
        f"This one costs {number(run.plan.cost, 2)} {m.currency}, "
        f"so at most {percent(run.plan.gap, 2)} of its cost could be saved."
    )
    check = (
        f"To check cost, stock, limits and bound without the solver that made the plan: planner check {run.record.alias} "
        f"--out {run.folder.parent}. The check reads the tables and the orders alone."
    )
    there = (
        "The tables are unchanged since the plan was made."
        if m.data is not None
        else "The tables are no longer where they were, or have changed since: "
        "figures per item and location are left out of this page."
    )
    details = Table("Certificate", (Column("what"), Column("value")), tuple(_details(m)))
    return Section(
        "certificate",
        "What is proven, and how to check it",
        (proof, check, there) if m.looked else (proof, check),
        tables=(Table(f"Cost and bound [{m.currency}]", columns, rows), details),
    )


def _details(m: Material) -> list[tuple[str, str]]:
    record, content = m.run.record, m.run.plan.certificate
    found: list[tuple[str, Any]] = [
        ("how the bound was proven", content.get("method")),
        ("policy", policy_of(m.run)),
        ("periods", m.run.plan.buckets or "days"),
        ("profile", record.profile),
        (
            "asked for",
            ", ".join(f"{name} {value}" for name, value in record.effort.items() if value not in ("", None)),
        ),
        ("tables", record.source),
        ("hash of the tables", record.input_hash),
        ("seed", content.get("seed")),
        ("versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())),
        ("made", record.stamps.get("completed") or record.stamps.get("incomplete")),
        ("warnings about the tables", str(len(record.warnings)) if record.warnings else "none"),
    ]
    return [(name, str(plain(value))) for name, value in found if value not in (None, "")]
