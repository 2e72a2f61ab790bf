"""`override.json` of a run: which order of its base was decided by whom, why, and what that costs."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planner.errors import UsageError
from planner.plan.files import write_json
from planner.plan.run import Run

FILE = "override.json"


@dataclass(frozen=True)
class Overridden:
    """`before` and `after` are quantity, mode and dispatch_date (after: {} where nothing is sent); money in `currency`.

    `price` is total(with it) − total(base), by the evaluator, when it was made; `causes` are its parts.
    """

    order_id: str
    item_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    by: str
    price: float
    causes: dict[str, float]
    currency: str

    @property
    def what(self) -> tuple[str, str, dict[str, Any]]:
        """The same order, to be the same."""
        return self.order_id, self.item_id, self.after

    def write(self, folder: Path) -> None:
        """Keep it in the folder of a run that isn't visible yet."""
        write_json(folder / FILE, asdict(self))


def read(run: Run) -> Overridden | None:
    """The override that made the run; None if none did. Raises UsageError if its file is damaged."""
    path = run.folder / FILE
    if not path.exists():
        return None
    try:
        return Overridden(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as fault:
        raise UsageError(f"{path} is damaged: {fault}") from fault
