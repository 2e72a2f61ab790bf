"""Reading `planner.toml`: each fault becomes a finding with the path of its key as column."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.tables.findings import Finding, nearest
from planner.tables.settings import FILE, Approval, CsvReading, Defaults, GivenSettings, Profile, Strict


def read_toml(path: Path) -> tuple[GivenSettings, list[Finding]]:
    """The settings in the file, and what is wrong with them (then the faulty values are left out)."""
    values, unreadable = toml_values(path)
    return (GivenSettings(), unreadable) if unreadable else parse(values, path.name)


def toml_values(path: Path) -> tuple[dict[str, Any], list[Finding]]:
    """What is in a TOML file, or why it can't be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        return {}, [_unreadable(path, fault)]


def parse(
    values: Mapping[str, Any], file: str = FILE, sheet: str | None = None
) -> tuple[GivenSettings, list[Finding]]:
    """Settings from plain values. Each fault becomes a finding with the path of its key as column."""
    try:
        return GivenSettings.model_validate(values), []
    except ValidationError as fault:
        details = fault.errors()
    findings = [_finding(detail, file, sheet) for detail in details]
    remaining = _without(values, [tuple(detail["loc"]) for detail in details])
    try:
        return GivenSettings.model_validate(remaining), findings
    except ValidationError:
        return GivenSettings(), findings


def _unreadable(path: Path, fault: Exception) -> Finding:
    """A file that is no TOML; the parser's message ends with `(at line 3, column 7)`."""
    text = str(fault)
    row = None
    if "(at line " in text:
        text, position = text.rsplit(" (at line ", 1)
        row = int(position.split(",")[0])
    elif "(at end of document)" in text:
        row = len(path.read_text(encoding="utf-8-sig").splitlines()) or 1
    rule = f"this is not valid TOML ({text[:1].lower()}{text[1:]})"
    return Finding(
        "invalid_toml", "error", path.name, None, row, None, None, rule, "Text needs quotes, dates don't."
    )


def _finding(detail: ErrorDetails, file: str, sheet: str | None) -> Finding:
    path = tuple(detail["loc"])
    column = ".".join(str(part) for part in path)
    value = detail["input"]
    code, rule, hint = "invalid_setting", detail["msg"], ""
    if detail["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        code, rule = "unknown_setting", "there is no such setting"
        hint = nearest(str(path[-1]), known) or f"Known are {', '.join(known)}."
    elif detail["type"].startswith("int"):
        rule = "it must be a whole number"
    elif detail["type"].startswith("date"):
        rule, hint = "it must be a date", "Write 2026-03-31, without quotes."
    elif detail["type"].startswith("float"):
        rule = "it must be a number"
    elif detail["type"] == "value_error":
        rule = str(detail["ctx"]["error"]).rstrip(".")
    else:
        rule = rule.replace("Input should", "it should")
    return Finding(code, "error", file, sheet, None, column, _shown(value), rule, hint)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)


def _known_keys(path: Iterable[int | str]) -> list[str]:
    """The keys that the table at `path` of the settings may have."""
    sections: dict[str, type[Strict]] = {
        "defaults": Defaults,
        "profiles": Profile,
        "csv": CsvReading,
        "approval": Approval,
    }
    parts = list(path)
    model: type[BaseModel] = sections[str(parts[0])] if parts and parts[0] in sections else GivenSettings
    return list(model.model_fields)


def _without(values: Mapping[str, Any], paths: list[tuple[int | str, ...]]) -> dict[str, Any]:
    """A copy of nested tables without the values at `paths`."""
    return {
        key: _without(value, deeper) if deeper and isinstance(value, Mapping) else value
        for key, value in values.items()
        if (key,) not in paths
        for deeper in [[path[1:] for path in paths if path[0] == key and len(path) > 1]]
    }
