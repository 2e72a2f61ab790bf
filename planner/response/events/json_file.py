"""Events as JSON: an array, an object with `events`, or one object per line; every value becomes the text of a cell."""

import json
from typing import Any

import pandas as pd

from planner.tables.findings import Finding
from planner.tables.grid import Grid, Unreadable, framed
from planner.tables.schema import TABLES


def is_json(content: bytes) -> bool:
    """Whether it begins as JSON does, and a CSV file doesn't."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{")


def parsed(content: bytes, file: str) -> tuple[Grid, list[Finding]]:
    """The cells, where row n is the n-th event, and what is not a plain value. Raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        rule = f"the file can't be read as UTF-8 (byte {fault.start:,})"
        raise Unreadable("bad_encoding", rule, "Save it as UTF-8.") from None
    events = _events(text)
    findings = [
        _finding(file, row, None, "it is not an object with the columns of an event")
        for row, event in enumerate(events, start=1)
        if not isinstance(event, dict)
    ]
    rows = {row: event for row, event in enumerate(events, start=1) if isinstance(event, dict)}
    findings += [
        _finding(file, row, str(name), "it must be a text, a number, true, false or null")
        for row, event in rows.items()
        for name, value in event.items()
        if isinstance(value, dict | list)
    ]
    header = tuple(dict.fromkeys(str(name).strip() for event in rows.values() for name in event))
    header = header or TABLES["events"].names
    cells = framed([[_text(event.get(name)) for event in rows.values()] for name in header], 1)
    cells.index = pd.Index(rows, dtype="int64")
    return Grid(file, None, header, cells), findings


def _events(text: str) -> list[Any]:
    try:
        return _listed(_read(text))
    except json.JSONDecodeError as whole:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [_read(line) for line in lines]
        except json.JSONDecodeError:
            rule = f"this is not JSON ({whole.msg})"
            hint = "Give an array of events, an object with events, or one event per line."
            raise Unreadable("not_json", rule, hint, row=None) from None


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("events"), list):
        return list(value["events"])
    return value if isinstance(value, list) else [value]


def _read(text: str) -> Any:
    """With numbers as they are written."""
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _finding(file: str, row: int, column: str | None, rule: str) -> Finding:
    hint = 'An event looks like this: {"event_id": "E1", "at": "2026-06-01T08:00", "type": "lane_closed", …}.'
    return Finding("not_an_event", "error", file, None, row, column, None, rule, hint)
