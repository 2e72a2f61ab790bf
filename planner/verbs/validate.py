"""The tables, checked; all findings in a file where that is asked for."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InvalidData, UsageError
from planner.plan.run import EVENTS, SCENARIO, Run
from planner.tables.dataset import DataSet
from planner.tables.findings import Finding
from planner.tables.load import validate

if TYPE_CHECKING:
    from planner.value.scenarios.scenario import Scenario


def valid_data(
    source: Path, *, strict: bool = False, errors: Path | None = None, scenario: "Scenario | None" = None
) -> tuple[DataSet, tuple[Finding, ...]]:
    """The data set, with the changes of the scenario, and the warnings.

    Raises InvalidData with all findings, UsageError if nothing is there. `strict` turns warnings into errors; all findings
    in the tables are written to `errors` (.csv or .json), if it is given.
    """
    if not source.exists():
        raise UsageError(f"{source} doesn't exist. Maybe `planner init {source}` first.")
    report = validate(source, strict=strict)
    if errors is not None:
        report.write(errors)
    if report.data is None:
        raise InvalidData(report.findings)
    if scenario is None:
        return report.data, report.warnings
    from planner.value.scenarios.apply import applied

    return applied(scenario, report.data, strict=strict)


def document(data: DataSet, warnings: tuple[Finding, ...]) -> dict[str, Any]:
    """A valid data set for programs: how many rows per table, what is to be planned, and the warnings."""
    return {
        "status": "valid",
        "input_hash": data.content_hash,
        "rows": {name: len(frame) for name, frame in data.tables.items() if len(frame)},
        "start_date": data.settings.start_date.isoformat(),
        "horizon_days": data.settings.horizon_days,
        "findings": [finding.as_dict() for finding in warnings],
    }


def data_of(run: Run, source: Path | None = None) -> tuple[DataSet, Path]:
    """The data set that a run was made from, with the changes of its scenario and its events, and where its tables are.

    `source` is where they are now, if they were moved. Raises UsageError if they are gone; InvalidData.
    """
    tables = source or Path(run.record.source)
    if not tables.exists():
        raise UsageError(
            f"the tables of the run are no longer in {tables}. Maybe they are elsewhere: see --data."
        )
    data = valid_data(tables, scenario=scenario_of(run))[0]
    if run.record.horizon_days is not None:
        update = {"horizon_days": run.record.horizon_days, "buckets": None}
        data = data.replace(settings=data.settings.model_copy(update=update))
    if (run.folder / EVENTS).exists():
        from planner.response.events import applied, stored

        data = applied(data, stored(run.folder))
    return data, tables


def scenario_of(run: Run) -> "Scenario | None":
    """The changes of the tables that the run was made with, if there were any."""
    path = run.folder / SCENARIO
    if not path.exists():
        return None
    from planner.value.scenarios.file import read_scenarios

    return read_scenarios(path)[run.record.scenario]
