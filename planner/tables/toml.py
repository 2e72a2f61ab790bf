"""Settings → TOML, which the standard library only reads."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.tables.settings import Settings


def as_toml(settings: Settings) -> str:
    """The settings as `planner.toml`; what is not given is left out."""
    values = settings.model_dump(exclude_none=True, exclude={"csv"})
    lines = [f"{key} = {literal(value)}" for key, value in values.items() if not isinstance(value, Mapping)]
    for key, section in values.items():
        if isinstance(section, Mapping) and section:
            lines += _section(key, section)
    return "\n".join(lines) + "\n"


def _section(path: str, values: Mapping[str, Any]) -> list[str]:
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    lines = (
        ["", f"[{path}]", *(f"{_key(key)} = {literal(value)}" for key, value in plain.items())]
        if plain
        else []
    )
    for key, section in values.items():
        if isinstance(section, Mapping):
            lines += _section(f"{path}.{_key(key)}", section)
    return lines


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else literal(key)


def literal(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {literal(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def flat(values: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Nested values by the path of their keys, such as `defaults.service_target`."""
    pairs: dict[str, Any] = {}
    for key, value in values.items():
        pairs |= (
            flat(value, f"{path}{_key(key)}.")
            if isinstance(value, Mapping)
            else {f"{path}{_key(key)}": value}
        )
    return pairs
