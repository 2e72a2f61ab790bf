"""Approve, reject, publish: what may follow what is looked up and written with nobody in between."""

from dataclasses import dataclass
from typing import Any, NoReturn

from planner.errors import NothingToDo, UsageError
from planner.plan.run import Run
from planner.response.approval.standing import Decisions, Standing
from planner.response.ledger import Entry, Ledger
from planner.response.ledger.ledger import Book
from planner.tables.findings import nearest
from planner.tables.settings import Approval


@dataclass(frozen=True)
class Signing:
    """Who signs for what. `checked` says whether the evaluator has just confirmed the run."""

    role: str
    actor: str
    note: str = ""
    checked: bool = True


@dataclass(frozen=True)
class Decision:
    """What came of it. `missing` are the roles that haven't signed; `void` those whose signature covers other files."""

    run: Run
    entry: Entry
    missing: tuple[str, ...] = ()
    void: tuple[str, ...] = ()

    @property
    def supersedes(self) -> tuple[str, ...]:
        """The plans that held until now."""
        return tuple(self.entry.facts.get("supersedes", ()))


def ledger_of(run: Run) -> Ledger:
    """The ledger beside a run."""
    return Ledger(run.folder.parent)


def approve(run: Run, policy: Approval, signing: Signing, content: str) -> Decision:
    """Sign files whose hash is `content`; publishes the run with the last signature that the policy asks for.

    A call after one that was killed goes on where that had come to. Raises UsageError if the run has no plan, is rejected or
    superseded, or there is no such role; NothingToDo if the role has signed already.
    """
    require_role(signing.role, policy)
    with ledger_of(run).writing() as book:
        standing = _open(book.entries, run)
        if standing.content != content:
            raise UsageError(
                f"files of {run.record.run_id} are being changed. Approve again when they are as they stay."
            )
        missing = _require_missing(standing, policy, signing.role)
        if signing.role not in standing.signed:
            entry = book.append(
                "approved",
                actor=signing.actor,
                run_id=run.record.run_id,
                role=signing.role,
                note=signing.note,
                content=content,
                checked=signing.checked,
            )
        if not missing:
            entry = _publish(book, run, signing, content)
        return Decision(run, entry, missing, tuple(role for role in standing.void if role != signing.role))


def publish_unsigned(
    run: Run, base: Run, policy: Approval, signing: Signing, content: str
) -> Decision | None:
    """Publish a proposal without signatures if the policy allows it; None if it doesn't.

    It must follow the plan that is published, unchanged, and cost at most `publish_up_to` more or less than that.
    """
    limit, costs = policy.publish_up_to, (run.record.cost, base.record.cost)
    if limit is None or costs[0] is None or costs[1] is None or abs(costs[0] - costs[1]) > limit:
        return None
    with ledger_of(run).writing() as book:
        before = Decisions(book.entries).standing(base)
        standing = _open(book.entries, run)
        if before.state != "published" or before.changed or run.record.base != base.record.run_id:
            return None
        if standing.content != content:
            return None
        return Decision(run, _publish(book, run, signing, content, change=costs[0] - costs[1], limit=limit))


def reject(run: Run, policy: Approval, signing: Signing) -> Decision:
    """End a proposal; the note says why. Raises UsageError if it is published or superseded; NothingToDo if it is rejected."""
    require_role(signing.role, policy)
    with ledger_of(run).writing() as book:
        standing = Decisions(book.entries).standing(run)
        if standing.state == "rejected":
            raise NothingToDo(_ended(standing))
        _open(book.entries, run)
        entry = book.append(
            "rejected", actor=signing.actor, run_id=run.record.run_id, role=signing.role, note=signing.note
        )
        return Decision(run, entry)


def require_open(run: Run, policy: Approval, role: str) -> None:
    """Raise what `approve` would raise, before anything is checked; nothing is written."""
    standing = _open(ledger_of(run).entries(), run)
    _require_missing(standing, policy, role)


def require_role(role: str, policy: Approval) -> None:
    """Raise UsageError unless the policy knows the role."""
    if role not in policy.roles:
        hint = nearest(role, policy.roles) or f"Plans are signed for {', '.join(policy.roles)}."
        raise UsageError(f"there is no role {role!r}. {hint} Roles are named in planner.toml, [approval].")


def _require_missing(standing: Standing, policy: Approval, role: str) -> tuple[str, ...]:
    """The other roles that haven't signed; raises NothingToDo if this one has, and others haven't."""
    missing = tuple(name for name in policy.roles if name != role and name not in standing.signed)
    if missing and role in standing.signed:
        entry = standing.signed[role]
        raise NothingToDo(
            f"{standing.run.record.run_id} was approved for {role} already, by {entry.actor} at {entry.at}. "
            f"Missing: {', '.join(missing)}."
        )
    return missing


def _open(entries: list[Entry], run: Run) -> Standing:
    """The standing of a run that can still be decided on."""
    if not run.has_plan:
        raise UsageError(f"run {run.record.run_id} is {run.record.status}: there is no plan to decide on")
    standing = Decisions(entries).standing(run)
    if standing.state == "published":
        _refuse_published(standing)
    if standing.state != "proposed":
        raise UsageError(_ended(standing))
    return standing


def _refuse_published(standing: Standing) -> NoReturn:
    decision = standing.decision
    assert decision is not None
    name = standing.run.record.run_id
    if standing.changed:
        raise UsageError(
            f"{name} was published at {decision.at}, and its files were changed since: what is there is not what was signed. "
            f"Restore its files, or make a new run."
        )
    raise NothingToDo(f"{name} was published at {decision.at}. To replace it, publish a newer run.")


def _ended(standing: Standing) -> str:
    name, entry = standing.run.record.run_id, standing.decision
    assert entry is not None
    if standing.state == "rejected":
        why = f": {entry.facts['note']}" if entry.facts.get("note") else ""
        return f"{name} was rejected by {entry.actor} for {entry.facts['role']} at {entry.at}{why}. Make a new run."
    newer = entry.run_id if entry.kind == "published" else entry.facts.get("by", "another run")
    return f"{name} is superseded by {newer} since {entry.at}. Approve a newer run."


def _publish(book: Book, run: Run, signing: Signing, content: str, **facts: Any) -> Entry:
    """One line of the ledger: from here on this run is the plan of its source, and the one before isn't."""
    decisions = Decisions(book.entries)
    holds = decisions.published.get(run.record.source)
    signed = decisions.standing(run).signed
    return book.append(
        "published",
        actor=signing.actor,
        run_id=run.record.run_id,
        source=run.record.source,
        content=content,
        signed={role: entry.actor for role, entry in signed.items()},
        supersedes=[holds.run_id] if holds else [],
        checked=signing.checked,
        cost=run.record.cost,
        **facts,
    )
