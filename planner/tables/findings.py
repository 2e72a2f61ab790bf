"""One problem in the input, in words that say what, where, which value and what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `row` counts as a spreadsheet does (header = 1); None where not one is meant."""

    code: str
    severity: Severity
    file: str
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    rule: str
    hint: str = ""

    @property
    def message(self) -> str:
        """For example `stock.csv row 14: on_hand is -3; stock can't be negative. Maybe …`."""
        where = self.file
        if self.sheet:
            where += f" sheet {self.sheet}"
        if self.row is not None:
            where += f" row {self.row}"
        what = self.rule
        if self.column is not None and self.value is not None:
            state = f"is {_shortened(self.value)}" if self.value.strip() else "is empty"
            what = f"{self.column} {state}; {self.rule}"
        elif self.column is not None:
            what = f"{self.column}: {self.rule}"
        return f"{where}: {what}." + (f" {self.hint}" if self.hint else "")

    def as_dict(self) -> dict[str, str | int | None]:
        return asdict(self) | {"message": self.message}


def as_error(finding: Finding) -> Finding:
    """The same finding, as an error."""
    return replace(finding, severity="error")


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the known word closest to `name`; empty if none is close."""
    words = {word.lower(): word for word in known}
    close = get_close_matches(name.strip().lower(), words, n=1, cutoff=0.6)
    return f"Maybe {words[close[0]]} is meant." if close else ""


def _shortened(value: str, length: int = 60) -> str:
    return value if len(value) <= length else value[: length - 1] + "…"
