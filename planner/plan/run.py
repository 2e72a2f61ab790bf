"""A run: one question, its plan and its record, in a folder that never changes once it is visible."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.files import write_csv, write_json, write_parquet
from planner.plan.lifecycle import WITH_PLAN
from planner.plan.plan import Plan
from planner.plan.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

RECORD = "run.json"
LOG = "log.txt"
SCENARIO = "scenario.toml"  # what was changed in the tables, if anything was
EVENTS = "events.csv"  # what happened before it was planned again, if anything did
WRITERS = 4
PROOF = ("prices.parquet", "branches.json")  # what proves the bound, if it is proven by prices


@dataclass(frozen=True)
class Run:
    """A finished run, read from its folder."""

    folder: Path
    record: RunRecord

    @classmethod
    def read(cls, folder: Path) -> "Run":
        """Read the record of the run in `folder`; raises UsageError if it isn't one."""
        try:
            text = (folder / RECORD).read_text(encoding="utf-8")
        except OSError as fault:
            raise UsageError(f"{folder} is not a run: it has no {RECORD} that can be read") from fault
        try:
            return cls(folder, RunRecord.model_validate_json(text))
        except ValueError as fault:
            raise UsageError(f"{folder / RECORD} is damaged: {str(fault).splitlines()[0]}") from fault

    @property
    def has_plan(self) -> bool:
        """Whether the run ended with a plan."""
        return self.record.status in WITH_PLAN

    @cached_property
    def plan(self) -> Plan:
        """The plan, with the types it had when it was written; raises UsageError if the run has none."""
        if not self.has_plan:
            raise UsageError(f"run {self.record.run_id} is {self.record.status}: it has no plan")
        return Plan(
            orders=self._frame("orders.parquet"),
            loads=self._frame("loads.csv"),
            inventory=self._frame("inventory.parquet"),
            kpis=self._json("kpis.json"),
            certificate=self._json("certificate.json"),
            prices=self._frame(PROOF[0]) if (self.folder / PROOF[0]).exists() else None,
            branches=self._json(PROOF[1]) if (self.folder / PROOF[1]).exists() else None,
        )

    @property
    def log(self) -> str:
        """What the engine said while it worked, one line per report."""
        path = self.folder / LOG
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _frame(self, name: str) -> "pd.DataFrame":
        import pandas as pd

        path = self._present(name)
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        text = dict.fromkeys(("load_id", "origin", "destination", "mode", "route"), "str")
        frame = pd.read_csv(path, dtype=text, na_values=[""], keep_default_na=False)
        frame["dispatch_date"] = pd.to_datetime(frame["dispatch_date"]).astype(
            "datetime64[us]"
        )  # without rows, too
        return frame.fillna(dict.fromkeys(text, ""))

    def _json(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._present(name).read_text(encoding="utf-8"))
        return content

    def _present(self, name: str) -> Path:
        path = self.folder / name
        if not path.exists():
            raise UsageError(f"{self.folder} is damaged: {name} is missing. Maybe files were moved by hand.")
        return path


def write_plan(folder: Path, plan: Plan) -> None:
    """Write the files of the plan into the folder of a run that isn't visible yet."""
    from concurrent.futures import ThreadPoolExecutor

    files: list[tuple[Callable[[Path, Any], None], str, Any]] = [
        (write_csv, "orders.csv", plan.orders),
        (write_parquet, "orders.parquet", plan.orders),
        (write_csv, "loads.csv", plan.loads),
        (write_parquet, "inventory.parquet", plan.inventory),
        (write_json, "kpis.json", plan.kpis),
        (write_json, "certificate.json", plan.certificate),
        (write_parquet, PROOF[0], plan.prices),
        (write_json, PROOF[1], plan.branches),
    ]
    with ThreadPoolExecutor(WRITERS) as pool:  # Arrow and the disk work, Python waits
        for written in [
            pool.submit(write, folder / name, content)
            for write, name, content in files
            if content is not None
        ]:
            written.result()
