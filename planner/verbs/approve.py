"""Sign a run for a role, or reject it; the run is published with the last signature that the policy asks for."""

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import InvalidData, PlanRefuted, UsageError
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.approval.content import content_hash
from planner.response.approval.decide import Decision, Signing
from planner.response.approval.decide import approve as sign
from planner.response.approval.decide import reject as end
from planner.response.approval.require import require_open
from planner.tables.settings import Approval
from planner.verbs.validate import data_of


@dataclass(frozen=True)
class Request:
    """Who decides for which role, and why; `by` = None: whoever is logged in. `source`: the tables, if they were moved."""

    role: str
    by: str | None = None
    note: str = ""
    source: Path | None = None

    @property
    def actor(self) -> str:
        """The name that the ledger keeps."""
        return actor(self.by)


def actor(by: str | None) -> str:
    """The given name, else that of who is logged in; raises UsageError if there is none."""
    try:
        name = getpass.getuser() if by is None else by.strip()
    except (KeyError, OSError):  # a container without a name for its user
        name = ""
    if not name:
        raise UsageError("Say who decides: --by NAME.")
    return name


def approve(name: str, registry: Registry, request: Request) -> Decision:
    """Sign the run called `name`, which the evaluator must confirm.

    Where the tables aren't those that were solved any more it can't, and `entry.facts["checked"]` is false. Raises
    UsageError, NothingToDo, InvalidData, PlanRefuted.
    """
    run = registry.find(name)
    policy, who = policy_of(run, request.source), request.actor
    require_open(run, policy, request.role)
    content = content_hash(run.folder)
    checked = confirmed(run, request.source)
    return sign(run, policy, Signing(request.role, who, request.note, checked), content)


def reject(name: str, registry: Registry, request: Request) -> Decision:
    """End the proposal called `name`. Raises UsageError, NothingToDo."""
    if not request.note.strip():
        raise UsageError("Say why: --note TEXT.")
    run = registry.find(name)
    signing = Signing(request.role, request.actor, request.note)
    return end(run, policy_of(run, request.source), signing)


def policy_of(run: Run, source: Path | None = None) -> Approval:
    """Who must sign a run, by the settings of its tables; raises UsageError if they are gone, InvalidData."""
    from planner.tables.sources import find_sources

    tables = source or Path(run.record.source)
    if not tables.exists():
        raise UsageError(
            f"the tables of the run, with the rules for approval, are no longer in {tables}: see --data."
        )
    found = find_sources(tables)
    faults = [finding for finding in found.findings if finding.severity == "error"]
    if faults:
        raise InvalidData(faults)
    return found.settings.approval


def confirmed(run: Run, source: Path | None = None) -> bool:
    """True if the evaluator confirms the run; False if its tables have changed since, so that nothing can be said.

    Cost, stock, loads, figures and every limit are computed again; the bound is taken as claimed, `planner check` proves it.
    Raises PlanRefuted with what is wrong; InvalidData.
    """
    from planner.audit import check

    data, _ = data_of(run, source)
    if data.content_hash != run.record.input_hash:
        return False
    report = check(run.folder, data, proven=run.record.bound)
    if not report.agrees:
        raise PlanRefuted(report.text())
    return True


def document(decision: Decision) -> dict[str, Any]:
    """The decision for programs."""
    entry = decision.entry
    return {
        "status": entry.kind,
        "run_id": decision.run.record.run_id,
        "by": entry.actor,
        "at": entry.at,
        "missing": list(decision.missing),
        "void": list(decision.void),
        "supersedes": list(decision.supersedes),
        "checked": entry.facts.get("checked"),
        "entry": entry.number,
    }
