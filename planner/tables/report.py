"""What a validation found: on the screen, as a file, as JSON."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.tables.dataset import DataSet
from planner.tables.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

FORMULA = r"^([=+\-@\t])"
FIELDS = ("code", "severity", "file", "sheet", "row", "column", "value", "rule", "hint")


@dataclass(frozen=True)
class Report:
    """All findings, errors first; the data set if there is no error; how long it took [s]."""

    findings: tuple[Finding, ...]
    data: DataSet | None
    seconds: float

    @property
    def valid(self) -> bool:
        return self.data is not None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    def text(self, limit: int = 20) -> str:
        """The first findings, one per line, and how many more there are."""
        lines = [
            finding.message if finding.severity == "error" else f"Warning: {finding.message}"
            for finding in self.findings[:limit]
        ]
        rest = len(self.findings) - limit
        if rest > 0:
            count = f"{_counted(len(self.errors), 'error')}, {_counted(len(self.warnings), 'warning')} in all"
            lines.append(f"… and {rest:,} more ({count})")
        return "\n".join(lines)

    def as_dicts(self) -> list[dict[str, Any]]:
        return [finding.as_dict() for finding in self.findings]

    def to_frame(self) -> "pd.DataFrame":
        """One row per finding, with the fields of a finding and its message as columns."""
        import pandas as pd

        columns = {
            name: [getattr(finding, name) for finding in self.findings] for name in (*FIELDS, "message")
        }
        return pd.DataFrame(columns).astype({"row": "Int64"})

    def write(self, path: Path | str) -> None:
        """All findings as CSV or JSON, by the suffix; the file appears complete or not at all.

        Raises UsageError for another suffix.
        """
        path = Path(path)
        if path.suffix.lower() not in (".csv", ".json"):
            raise UsageError(f"{path.name}: findings can be written as .csv or .json")
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            if path.suffix.lower() == ".json":
                draft.write_text(json.dumps(self.as_dicts(), indent=1, ensure_ascii=False), encoding="utf-8")
            else:
                _shielded(self.to_frame()).to_csv(draft, index=False, encoding="utf-8")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _shielded(frame: "pd.DataFrame") -> "pd.DataFrame":
    """A text that a spreadsheet would run as a formula gets an apostrophe."""
    texts = {name: frame[name].astype("str") for name in ("file", "sheet", "column", "value", "message")}
    return frame.assign(
        **{name: text.str.replace(FORMULA, r"'\1", regex=True) for name, text in texts.items()}
    )
