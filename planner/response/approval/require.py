"""What a run and a role must be for a decision; and in which words it is refused."""

from planner.errors import NothingToDo, NotNow, UsageError
from planner.plan.run import Run
from planner.response.approval.standing import Decisions, Standing
from planner.response.ledger import Entry, ledger_of
from planner.tables.findings import nearest
from planner.tables.settings import Approval


def require_open(run: Run, policy: Approval, role: str) -> None:
    """Raise what `approve` would raise, before anything is checked; nothing is written."""
    require_role(role, policy)
    others_missing(open_standing(ledger_of(run).entries(), run), policy, role)


def require_role(role: str, policy: Approval) -> None:
    """Raise UsageError unless the policy knows the role."""
    if role not in policy.roles:
        hint = nearest(role, policy.roles) or f"Plans are signed for {', '.join(policy.roles)}."
        raise UsageError(f"there is no role {role!r}. {hint} Roles are named in planner.toml, [approval].")


def others_missing(standing: Standing, policy: Approval, role: str) -> tuple[str, ...]:
    """The other roles that haven't signed; raises NothingToDo if this one has, and others haven't."""
    missing = tuple(name for name in policy.roles if name != role and name not in standing.signed)
    if missing and role in standing.signed:
        entry = standing.signed[role]
        raise NothingToDo(
            f"{standing.run.record.run_id} was approved for {role} already, by {entry.actor} at {entry.at}. "
            f"Missing: {', '.join(missing)}."
        )
    return missing


def open_standing(entries: list[Entry], run: Run) -> Standing:
    """The standing of a run that can still be decided on; raises UsageError (NotNow), or NothingToDo if it is published."""
    name = run.record.run_id
    if not run.has_plan:
        raise UsageError(f"run {name} is {run.record.status}: there is no plan to decide on")
    standing = Decisions(entries).standing(run)
    if standing.state in ("rejected", "superseded"):
        raise NotNow(f"{words_of_end(standing)} Make a new run, or approve a newer one.")
    if standing.state == "published" and standing.changed:
        raise NotNow(
            f"{name} was published, and its files were changed since: what is there is not what was signed. "
            f"Restore its files, or make a new run."
        )
    if standing.state == "published" and standing.decision:
        raise NothingToDo(
            f"{name} was published at {standing.decision.at}. To replace it, publish a newer run."
        )
    return standing


def words_of_end(standing: Standing) -> str:
    """Who ended a proposal, and why."""
    name, entry = standing.run.record.run_id, standing.decision
    if entry is None:
        return f"{name} is {standing.state}."
    if standing.state == "rejected":
        why = f": {entry.facts['note']}" if entry.facts.get("note") else ""
        return f"{name} was rejected by {entry.actor} for {entry.facts['role']} at {entry.at}{why}."
    newer = entry.run_id if entry.kind == "published" else entry.facts.get("by", "another run")
    return f"{name} is superseded by {newer} since {entry.at}."
