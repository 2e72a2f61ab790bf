"""Approve, reject, publish: what may follow what is looked up and written with nobody in between."""

from dataclasses import dataclass
from typing import Any

from planner.errors import NothingToDo, NotNow
from planner.plan.run import Run
from planner.response.approval.require import open_standing, others_missing, require_role, words_of_end
from planner.response.approval.standing import Decisions
from planner.response.ledger import Entry, ledger_of
from planner.response.ledger.ledger import Book
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


def approve(run: Run, policy: Approval, signing: Signing, content: str) -> Decision:
    """Sign files whose hash is `content`; publishes the run with the last signature that the policy asks for.

    A call after one that was killed goes on where that had come to. Raises NotNow if the run is rejected or superseded, UsageError
    if it has no plan or there is no such role, NothingToDo if the role has signed already.
    """
    require_role(signing.role, policy)
    with ledger_of(run).writing() as book:
        standing = open_standing(book.entries, run)
        if standing.content != content:
            raise NotNow(
                f"files of {run.record.run_id} are being changed. Approve again when they are as they stay."
            )
        missing = others_missing(standing, policy, signing.role)
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
        standing = open_standing(book.entries, run)
        if before.state != "published" or before.changed or run.record.base != base.record.run_id:
            return None
        if standing.content != content:
            return None
        return Decision(run, _publish(book, run, signing, content, change=costs[0] - costs[1], limit=limit))


def reject(run: Run, policy: Approval, signing: Signing) -> Decision:
    """End a proposal; the note says why. Raises NotNow if it is published or superseded; NothingToDo if it is rejected."""
    require_role(signing.role, policy)
    with ledger_of(run).writing() as book:
        standing = Decisions(book.entries).standing(run)
        if standing.state == "rejected":
            raise NothingToDo(words_of_end(standing))
        if standing.state == "published":
            raise NotNow(
                f"{run.record.run_id} is published: it can't be rejected, only replaced by a newer run"
            )
        open_standing(book.entries, run)
        entry = book.append(
            "rejected", actor=signing.actor, run_id=run.record.run_id, role=signing.role, note=signing.note
        )
        return Decision(run, entry)


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
