"""How runs stand, read from the ledger.

proposed ── approved by some roles ── published ── superseded   a newer plan of the same source was published
    ├── rejected
    └── superseded

A run that changes the plan of another stands on that: it is overtaken by a plan that was published since, unless that is one of
those it stands on. Otherwise what that plan has changed would be lost.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from planner.plan.run import Run
from planner.response.approval.content import content_hash
from planner.response.ledger import Entry

State = Literal["proposed", "published", "superseded", "rejected"]


@dataclass(frozen=True)
class Standing:
    """How a run stands. `signatures` and `decision` are as the ledger has them, whatever files are there now."""

    run: Run
    state: State
    signatures: dict[str, Entry]  # by role, the last of each
    decision: Entry | None  # what ended the proposal: published, rejected, superseded

    @cached_property
    def content(self) -> str:
        """The hash of the files that are there now."""
        return content_hash(self.run.folder)

    @cached_property
    def signed(self) -> dict[str, Entry]:
        """The signatures that cover these files."""
        return {
            role: entry for role, entry in self.signatures.items() if entry.facts["content"] == self.content
        }

    @property
    def void(self) -> dict[str, Entry]:
        """The signatures of files that were changed since."""
        return {role: entry for role, entry in self.signatures.items() if role not in self.signed}

    @property
    def changed(self) -> bool:
        """Whether files were changed since they were signed, or published; not asked of what no longer counts."""
        if self.state == "published" and self.decision:
            return bool(self.decision.facts["content"] != self.content)
        return self.state == "proposed" and bool(self.signatures) and bool(self.void)


class Decisions:
    """All that was decided in a folder of runs."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.of_run: dict[str, list[Entry]] = defaultdict(list)
        self.published: dict[str, Entry] = {}  # by source, the one that holds
        for entry in entries:
            self.of_run[entry.run_id].append(entry)
            if entry.kind == "published":
                self.published[entry.facts["source"]] = entry

    def standing(self, run: Run) -> Standing:
        """How a run stands; of a run with a plan."""
        own = self.of_run.get(run.record.run_id, [])
        signatures = {entry.facts["role"]: entry for entry in own if entry.kind == "approved"}
        holds = self.published.get(run.record.source)
        ended = next((entry for entry in reversed(own) if entry.kind in ("rejected", "superseded")), None)
        if ended:
            state: State = "rejected" if ended.kind == "rejected" else "superseded"
            return Standing(run, state, signatures, ended)
        if holds and holds.run_id == run.record.run_id:
            return Standing(run, "published", signatures, holds)
        line = lineage(run)
        overtaken = holds and holds.run_id not in line and holds.run_id > line[-1]  # ids sort by time
        was = any(entry.kind == "published" for entry in own)
        if overtaken or was:
            return Standing(run, "superseded", signatures, holds)
        return Standing(run, "proposed", signatures, None)


def lineage(run: Run) -> list[str]:
    """The run, the one whose plan it changed, and so on, back to one that was planned as a whole."""
    line = [run.record.run_id]
    base = run.record.base
    while base and base not in line:
        line.append(base)
        folder = run.folder.parent / base
        base = Run.read(folder).record.base if folder.exists() else ""
    return line
