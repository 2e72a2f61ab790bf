"""The tables, checked."""

import csv
import io
from pathlib import Path

from planner.errors import InvalidData, UsageError
from planner.plan.files import to_json, write_atomically
from planner.tables import DataSet, validate
from planner.tables.findings import Finding, as_error


def findings_of(source: Path, *, strict: bool = False) -> tuple[DataSet | None, list[Finding]]:
    """The data set, if it is valid, and every finding; `strict` turns warnings into errors."""
    if not source.exists():
        raise UsageError(f"{source} doesn't exist. Maybe `planner init {source}` first.")
    report = validate(source)
    findings = [as_error(finding) for finding in report.findings] if strict else list(report.findings)
    faulty = any(finding.severity == "error" for finding in findings)
    return None if faulty else report.data, findings


def valid_data(
    source: Path, *, strict: bool = False, errors: Path | None = None
) -> tuple[DataSet, list[Finding]]:
    """The data set and the warnings; raises InvalidData with all findings if there is an error.

    All findings are written to `errors`, if it is given.
    """
    data, findings = findings_of(source, strict=strict)
    if errors is not None:
        write_findings(errors, findings)
    if data is None:
        raise InvalidData(findings)
    return data, findings


def write_findings(path: Path, findings: list[Finding]) -> None:
    """Write all findings to a .csv or .json file; raises UsageError for other endings."""
    write = {".csv": _as_csv, ".json": _as_json}.get(path.suffix)
    if write is None:
        raise UsageError(f"{path}: findings are written to .csv or .json files")
    text = write([finding.as_dict() for finding in findings])
    write_atomically(path, lambda target: target.write_text(text, encoding="utf-8"))


def _as_json(rows: list[dict[str, str | int | None]]) -> str:
    return to_json(rows, indent=2) + "\n"


def _as_csv(rows: list[dict[str, str | int | None]]) -> str:
    columns = ("severity", "file", "sheet", "row", "column", "value", "rule", "hint", "code", "message")
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
