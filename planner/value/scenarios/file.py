"""`scenarios.toml` → scenarios: every problem in it is found at once."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.errors import InvalidData, UsageError
from planner.tables.findings import Finding, nearest
from planner.value.scenarios.apply import faults
from planner.value.scenarios.cells import fault
from planner.value.scenarios.scenario import BASE, FILE, Change, Scenario, Step, Written


def file_of(source: Path) -> Path:
    """Where the scenarios of a folder or workbook with tables are."""
    return (source if source.is_dir() else source.parent) / FILE


def read_scenarios(path: Path) -> dict[str, Scenario]:
    """All scenarios of the file, in its order, after `base`. Raises UsageError if there is no file, InvalidData."""
    if not path.is_file():
        raise UsageError(
            f"{path} doesn't exist. Scenarios are written there: see docs/scenarios.md, or give --file."
        )
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as failure:
        raise UsageError(f"{path} can't be read: {failure}") from None
    return parse(content)


def parse(content: str) -> dict[str, Scenario]:
    """The scenarios in a text of TOML. Raises InvalidData."""
    try:
        values = tomllib.loads(content)
    except tomllib.TOMLDecodeError as failure:
        raise InvalidData([fault("it", f"this is not valid TOML: {failure}")]) from None
    written: dict[str, Written] = {}
    findings: list[Finding] = []
    for name, value in values.items():
        findings += _faults_of_name(name)
        try:
            written[name] = Written.model_validate(value)
        except ValidationError as failure:
            findings += [_finding(detail, name) for detail in failure.errors()]
    findings += [
        found for name, one in written.items() for step in _steps(name, one) for found in faults(step)
    ]
    findings += [
        found for name, one in written.items() for found in _faults_of_parents(name, one, values, written)
    ]
    if findings:
        raise InvalidData(findings)
    return {BASE: Scenario(BASE, "the data as they are")} | {
        name: _resolved(name, written) for name in written
    }


def chosen(scenarios: Mapping[str, Scenario], only: str | None) -> list[Scenario]:
    """`base` and those of the names, which have commas between them; all if None. Raises UsageError."""
    names = list(scenarios) if only is None else [name.strip() for name in only.split(",") if name.strip()]
    for name in names:
        if name not in scenarios:
            hint = nearest(name, scenarios) or f"There are {', '.join(scenarios)}."
            raise UsageError(f"There is no scenario {name!r}. {hint}")
    return [scenarios[name] for name in dict.fromkeys([BASE, *names])]


def _steps(name: str, written: Written) -> list[Step]:
    return [Step(f"{name} change {number}", change) for number, change in enumerate(written.change, start=1)]


def _resolved(name: str, written: Mapping[str, Written]) -> Scenario:
    """The scenario after all that it inherits from, each of them once."""
    line = _line(name, written)
    settings: dict[str, Any] = {}
    for ancestor in line:
        settings = _over(settings, written[ancestor].settings)
    steps = tuple(step for ancestor in line for step in _steps(ancestor, written[ancestor]))
    return Scenario(name, written[name].description, settings, steps)


def _line(name: str, written: Mapping[str, Written]) -> list[str]:
    before = [
        ancestor for parent in written[name].parents if parent != BASE for ancestor in _line(parent, written)
    ]
    return list(dict.fromkeys([*before, name]))


def _over(values: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Nested values, the others winning."""
    return dict(values) | {
        name: _over(values[name], value)
        if isinstance(value, Mapping) and isinstance(values.get(name), Mapping)
        else value
        for name, value in others.items()
    }


def _faults_of_name(name: str) -> Iterator[Finding]:
    if name == BASE:
        yield fault(
            name, "base are the data as they are, which no scenario changes", hint="Give it another name."
        )
    if not (name.isascii() and name.replace("_", "").replace("-", "").isalnum()):
        yield fault(name, "names have letters, digits, _ and - only")


def _faults_of_parents(
    name: str, one: Written, values: Mapping[str, Any], written: Mapping[str, Written]
) -> Iterator[Finding]:
    known = [BASE, *values]
    for parent in one.parents:
        if parent not in known:
            yield fault(f"{name} inherits", "there is no such scenario", parent, nearest(parent, known))
    circle = _circle(name, written)
    if circle:
        yield fault(f"{name} inherits", f"it inherits from itself: {' → '.join(circle)}")


def _circle(name: str, written: Mapping[str, Written], line: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names on the way from the first of the line to itself; empty if there is no such way."""
    if line and name == line[0]:
        return (*line, name)
    if name in line or name not in written:
        return ()
    ways = (_circle(parent, written, (*line, name)) for parent in written[name].parents)
    return next((way for way in ways if way), ())


def _finding(detail: ErrorDetails, name: str) -> Finding:
    """What pydantic says, in words of the file."""
    path, value, kind = (
        [str(part + 1) if isinstance(part, int) else part for part in detail["loc"]],
        detail["input"],
        detail["type"],
    )
    at = " ".join([name, *path[:1], *path[1:2]]) + ("" if len(path) < 3 else f" {'.'.join(path[2:])}")
    if kind == "extra_forbidden":
        fields = Change.model_fields if path[0] == "change" else Written.model_fields
        hint = nearest(path[-1], fields) or f"Known are {', '.join(fields)}."
        return fault(at, "there is no such key", None if isinstance(value, Mapping | list) else value, hint)
    if kind == "missing":
        return fault(at, "it is missing")
    words = {
        "model_type": "it must be a table, such as [fuel_up]",
        "dict_type": "it must be a table",
        "list_type": "it must be a list: write [[…]] or [ … ]",
    }
    for start, said in (
        ("float", "it must be a number"),
        ("bool", "it must be true or false"),
        ("string", "it must be a text"),
    ):
        if kind.startswith(start):
            words[kind] = said
    return fault(at, words.get(kind, detail["msg"]), value if not isinstance(value, Mapping | list) else None)
