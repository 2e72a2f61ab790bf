"""The tables, checked; all findings in a file where that is asked for."""

from pathlib import Path

from planner.errors import InvalidData, UsageError
from planner.tables.dataset import DataSet
from planner.tables.findings import Finding
from planner.tables.load import validate


def valid_data(
    source: Path, *, strict: bool = False, errors: Path | None = None
) -> tuple[DataSet, tuple[Finding, ...]]:
    """The data set and the warnings. Raises InvalidData with all findings, UsageError if nothing is there.

    `strict` turns warnings into errors; all findings are written to `errors` (.csv or .json), if it is given.
    """
    if not source.exists():
        raise UsageError(f"{source} doesn't exist. Maybe `planner init {source}` first.")
    report = validate(source, strict=strict)
    if errors is not None:
        report.write(errors)
    if report.data is None:
        raise InvalidData(report.findings)
    return report.data, report.warnings
