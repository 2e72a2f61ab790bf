"""What is wrong with one cell, in words: (code, rule, hint). Looks at one faulty text at a time."""

import re
from datetime import date, timedelta

from planner.tables.findings import nearest
from planner.tables.schema import WEEKDAYS, Column

Words = tuple[str, str, str]

EXCEL_ERROR = (
    "excel_error",
    "the formula failed in the spreadsheet",
    "Repair the formula, or leave the cell empty.",
)
PADDED = (
    "padded_text",
    "it had blanks around it, which were removed",
    "Remove them where the data come from.",
)
LINE_BREAK = (
    "line_break",
    "it had a line break or a control character, read as a blank",
    "Maybe a quote is not closed.",
)
NO_VALUE = {"na", "n/a", "null", "none", "-", "–", "—", "?", "nil", "missing", "tbd", "(blank)"}
NOT_FINITE = {"nan", "inf", "infinity", "∞"}
LEAVE_EMPTY = "Leave the cell empty if it is not given."
THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.' \u00a0\u202f]\d{3})+([.,]\d+)?")
COMMA = re.compile(r"[+-]?\d*,\d+")
POINT = re.compile(r"[+-]?\d*\.\d+")
WITH_UNIT = re.compile(r"([€$£¥]?\s*)([+-]?\d[\d.,]*)(\s*[^\d\s.,].*)?")
DATE_STYLES = (
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}.*"), "a date with a time of day"),
    (re.compile(r"\d{4}-\d{1,2}-\d{1,2}"), "year-month-day without leading zeros"),
    (re.compile(r"\d{8}"), "year, month and day without hyphens"),
    (re.compile(r"\d{4}/\d{1,2}/\d{1,2}"), "year/month/day"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}"), "day.month.year"),
    (re.compile(r"\d{1,2}-\d{1,2}-\d{2,4}"), "day-month-year"),
    (re.compile(r".*[A-Za-z]{3}.*\d.*|.*\d.*[A-Za-z]{3}.*"), "a date with the name of the month"),
)
SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/\d{2,4}")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
NEGATIVE_HINTS = {
    "on_hand": "Maybe backorders were exported as negative stock.",
    "units": "Maybe returns were booked as negative sales.",
    "mean": "Maybe returns were forecast as negative demand.",
    "quantity": "Maybe a cancelled order was exported.",
    "lead_time_days": "Maybe the days of dispatch and arrival were swapped.",
}
ABOVE_HINTS = {
    "service_target": "Maybe it is a percentage: 95 % is 0.95.",
    "min_projected_fill_rate": "Maybe it is a percentage: 95 % is 0.95.",
    "min_actual_fill_rate": "Maybe it is a percentage: 95 % is 0.95.",
    "max_emergency_share": "Maybe it is a percentage: 5 % is 0.05.",
    "latitude": "Maybe latitude and longitude were swapped.",
}


def words_of(text: str) -> list[str]:
    """The words of a list of weekdays, in small letters."""
    return [word for word in re.split(r"[\s,;/|]+", text.lower()) if word]


def empty(column: Column) -> Words:
    return "empty_cell", "it can't be empty", column.meaning


def bound(column: Column, text: str, decimal: str) -> Words:
    """A number that is not whole or beyond a bound."""
    value = float(text.replace(",", ".") if decimal == "," else text)
    low, high = column.minimum, column.maximum
    below = low is not None and (value <= low if column.open_range else value < low)
    above = high is not None and (value >= high if column.open_range else value > high)
    if below:
        return "below_bound", _rule(column), NEGATIVE_HINTS.get(column.name, "") if value < 0 else ""
    if above:
        return "above_bound", _rule(column, above=True), ABOVE_HINTS.get(column.name, "")
    return "not_whole", "it must be a whole number", f"The unit is {column.unit}." if column.unit else ""


def _rule(column: Column, *, above: bool = False) -> str:
    if column.open_range and column.maximum is not None:
        return f"it must be more than {column.minimum:g} and less than {column.maximum:g}"
    if above:
        return f"it must be at most {column.maximum:g}"
    if column.open_range:
        return f"it must be more than {column.minimum:g}"
    return "it can't be negative" if column.minimum == 0 else f"it must be at least {column.minimum:g}"


class Unreadable:
    """Explains the texts of one column that can't be read as what the column needs.

    `faulty` are all of them, `mixed` says that others could be read: together they show mixed formats.
    """

    def __init__(self, column: Column, decimal: str, faulty: list[str], *, mixed: bool) -> None:
        self.column, self.decimal = column, decimal
        styles = {date_style(text) for text in faulty} if column.kind == "date" else set()
        self.styles = sorted(styles - {""}) + (["ISO 8601"] if mixed else [])

    def words(self, text: str) -> Words:
        if self.column.kind in ("number", "whole"):
            return number(text, self.column, self.decimal)
        if self.column.kind == "date":
            return self._day(text)
        if self.column.kind == "timestamp":
            return "not_a_timestamp", "a moment is written 2026-03-31T14:30, with Z or +02:00 if not UTC", ""
        if self.column.kind == "flag":
            return "not_a_flag", "it must be true or false", ""
        if self.column.kind == "weekdays":
            wrong = next((word for word in words_of(text) if word[:3].title() not in WEEKDAYS), text)
            return "not_weekdays", "weekdays are written Mon Wed Fri", nearest(wrong, WEEKDAYS)
        return (
            "not_a_choice",
            f"it must be one of {', '.join(self.column.choices)}",
            nearest(text, self.column.choices),
        )

    def _day(self, text: str) -> Words:
        serial = serial_day(text)
        if serial:
            hint = f"It looks like a spreadsheet's serial number of {serial}; format the cells as dates."
            return "serial_date", "a date is written 2026-03-31", hint
        if ISO.fullmatch(text):
            return impossible_day(text)
        style = date_style(text)
        hint = f"It looks like {style}." if style else ""
        if style and len(self.styles) > 1:
            hint += f" The column mixes formats: {'; '.join(self.styles)}."
        return "not_a_date", "a date is written 2026-03-31", hint


def impossible_day(text: str) -> Words:
    try:
        date.fromisoformat(text)
    except ValueError:
        return "impossible_day", "there is no such day", "Maybe month and day were swapped."
    return (
        "date_out_of_range",
        "years from 1900 to 2199 can be read",
        "Maybe a placeholder; leave the cell empty.",
    )


def date_style(text: str) -> str:
    """The format in which a date seems to be written; empty if it looks like none."""
    slashes = SLASHES.fullmatch(text)
    if slashes:
        first, second = int(slashes.group(1)), int(slashes.group(2))
        if first > 12:
            return "day/month/year"
        return "month/day/year" if second > 12 else "day/month/year or month/day/year"
    return next((name for pattern, name in DATE_STYLES if pattern.fullmatch(text)), "")


def serial_day(text: str) -> date | None:
    """The day that a spreadsheet means by a number such as 46027; None if it is not a likely one."""
    if not re.fullmatch(r"\d{5}(\.\d+)?", text) or not 20_000 <= float(text) < 80_000:
        return None
    return date(1899, 12, 30) + timedelta(days=int(float(text)))


def number(text: str, column: Column, decimal: str) -> Words:
    """Why a text is no number."""
    low = text.lower()
    if low.lstrip("+-") in NOT_FINITE or re.fullmatch(r"[+-]?[\d.]+e[+-]?\d+", low):
        return "not_finite", "it must be a finite number", LEAVE_EMPTY
    if low in NO_VALUE:
        return "not_a_number", "it must be a number", LEAVE_EMPTY
    return "not_a_number", "it must be a number", _number_hint(text, column, decimal)


def _number_hint(text: str, column: Column, decimal: str) -> str:
    if THOUSANDS.fullmatch(text):
        hint = "Maybe it has thousands separators; write it without."
        return (
            hint
            if not COMMA.fullmatch(text)
            else "Maybe a thousands separator, maybe a decimal comma; write 1234.5."
        )
    if COMMA.fullmatch(text):
        return 'Maybe a decimal comma; write 1.5, or set decimal = "," under [csv] in planner.toml.'
    if POINT.fullmatch(text) and decimal == ",":
        return "The other numbers of the file have decimal commas."
    if date_style(text) not in ("", "a date with the name of the month"):
        return "Maybe a spreadsheet turned the number into a date."
    if text.endswith("%"):
        return "Write a part of one: 95 % is 0.95."
    if WITH_UNIT.fullmatch(text):
        return "Write the number alone" + (f"; the unit is {column.unit}." if column.unit else ".")
    return ""
