"""`scenarios.toml` → scenarios: every problem in it is found at once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.errors import InvalidData, UsageError
from planner.tables.findings import Finding, nearest
from planner.tables.revise import merged
from planner.tables.settings_file import toml_values
from planner.value.scenarios.cells import fault
from planner.value.scenarios.faults import faults
from planner.value.scenarios.scenario import BASE, FILE, Change, Scenario, Step, Written

Model = TypeVar("Model", Written, Change)


def file_of(source: Path) -> Path:
    """Where the scenarios of a folder or workbook with tables are."""
    return (source if source.is_dir() else source.parent) / FILE


def read_scenarios(path: Path) -> dict[str, Scenario]:
    """All scenarios of the file, in its order, after `base`. Raises UsageError if there is no file, InvalidData."""
    if not path.is_file():
        raise UsageError(
            f"{path} doesn't exist. Scenarios are written there: see docs/scenarios.md, or give --file."
        )
    values, unreadable = toml_values(path)
    if unreadable:
        raise InvalidData(unreadable)
    return parse(values)


def parse(values: Mapping[str, Any]) -> dict[str, Scenario]:
    """The scenarios in plain values, as TOML gives them. Raises InvalidData with every problem."""
    findings: list[Finding] = []
    written: dict[str, Written] = {}
    steps: dict[str, tuple[Step, ...]] = {}
    for name, value in values.items():
        findings += _faults_of_name(name)
        changes = value.get("change", []) if isinstance(value, Mapping) else []
        written[name], found = _read(Written, value, name)
        findings += found
        steps[name], found = _steps(name, changes if isinstance(changes, list) else [])
        findings += found
    findings += [found for name in written for found in _faults_of_parents(name, written)]
    if findings:
        raise InvalidData(findings)
    base = {BASE: Scenario(BASE, "the data as they are")}
    return base | {name: _resolved(name, written, steps) for name in written}


def chosen(scenarios: Mapping[str, Scenario], only: str | None) -> list[Scenario]:
    """`base` and those of the names, which have commas between them; all if None. Raises UsageError."""
    names = list(scenarios) if only is None else [name.strip() for name in only.split(",") if name.strip()]
    for name in names:
        if name not in scenarios:
            hint = nearest(name, scenarios) or f"There are {', '.join(scenarios)}."
            raise UsageError(f"There is no scenario {name!r}. {hint}")
    return [scenarios[name] for name in dict.fromkeys([BASE, *names])]


def _read(kind: type[Model], value: Any, at: str) -> tuple[Model, list[Finding]]:
    """The value as a model, and what is wrong with it (then an empty model)."""
    try:
        return kind.model_validate(value), []
    except ValidationError as failure:
        return kind.model_construct(), [_finding(detail, at, kind) for detail in failure.errors()]


def _steps(name: str, changes: list[Any]) -> tuple[tuple[Step, ...], list[Finding]]:
    steps, findings = list[Step](), list[Finding]()
    for number, value in enumerate(changes, start=1):
        at = f"{name} change {number}"
        change, found = _read(Change, value, at)
        steps.append(Step(at, change))
        findings += found or faults(steps[-1])
    return tuple(steps), findings


def _resolved(name: str, written: Mapping[str, Written], steps: Mapping[str, tuple[Step, ...]]) -> Scenario:
    """The scenario after all that it inherits from, each of them once."""
    line = _line(name, written)
    settings: dict[str, Any] = {}
    for ancestor in line:
        settings = merged(settings, written[ancestor].settings)
    return Scenario(
        name,
        written[name].description,
        settings,
        tuple(step for ancestor in line for step in steps[ancestor]),
    )


def _line(name: str, written: Mapping[str, Written]) -> list[str]:
    before = [
        ancestor for parent in written[name].inherits if parent != BASE for ancestor in _line(parent, written)
    ]
    return list(dict.fromkeys([*before, name]))


def _faults_of_name(name: str) -> Iterator[Finding]:
    if name == BASE:
        yield fault(name, "this name stands for the data as they are", hint="Give the scenario another one.")
    if not (name.isascii() and name.replace("_", "").replace("-", "").isalnum()):
        yield fault(name, "names have letters, digits, _ and - only")


def _faults_of_parents(name: str, written: Mapping[str, Written]) -> Iterator[Finding]:
    known = [BASE, *(other for other in written if other != name)]
    for parent in written[name].inherits:
        if parent not in (*known, name):
            hint = nearest(parent, known) or f"There are {', '.join(known)}."
            yield fault(f"{name} inherits", "there is no such scenario", parent, hint)
    circle = _circle(name, written)
    if circle:
        yield fault(f"{name} inherits", f"it inherits from itself: {' → '.join(circle)}")


def _circle(name: str, written: Mapping[str, Written], line: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names on the way from the first of the line to itself; empty if there is no such way."""
    if line and name == line[0]:
        return (*line, name)
    if name in line or name not in written:
        return ()
    ways = (_circle(parent, written, (*line, name)) for parent in written[name].inherits)
    return next((way for way in ways if way), ())


_TYPES = {
    "model": "it must be a table, such as [fuel_up] or [[fuel_up.change]]",
    "dict": 'it must be a group of keys, such as { mode = "truck" }',
    "list": "it must be a list",
    "float": "it must be a number",
    "finite": "it must be a number that is finite",
    "bool": "it must be true or false",
    "string": "it must be a text",
}


def _finding(detail: ErrorDetails, at: str, kind: type[Written] | type[Change]) -> Finding:
    """What pydantic says, in words of the file."""
    path, value = (
        [str(part + 1) if isinstance(part, int) else part for part in detail["loc"]],
        detail["input"],
    )
    place = f"{at} {'.'.join(path)}".strip()
    shown = None if isinstance(value, Mapping | list) else value
    if detail["type"] == "extra_forbidden":
        hint = nearest(path[-1], kind.model_fields) or f"Known are {', '.join(kind.model_fields)}."
        return fault(place, "there is no such key", shown, hint)
    if detail["type"] == "missing":
        return fault(place, "it is missing")
    return fault(place, _TYPES.get(detail["type"].split("_")[0], detail["msg"]), shown)
