"""Submissions that are sent twice count once: the same key of the same actor is the same submission."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from planner.service.store.database import Database
from planner.service.store.tables import DataSetRow, Job

Row = TypeVar("Row", Job, DataSetRow)


class KeyReused(Exception):  # noqa: N818
    """The key was used before, for another submission."""


def earlier(session: Session, kind: type[Row], actor: str, key: str | None, request_hash: str) -> Row | None:
    """What the key was used for, None if it is new. Raises KeyReused."""
    if key is None:
        return None
    row = session.scalar(select(kind).where(kind.actor == actor, kind.idempotency_key == key))
    if row is not None and row.request_hash != request_hash:
        raise KeyReused
    return row


def add_once(
    database: Database, row: Row, allow: Callable[[Session], None] = lambda _: None
) -> tuple[Row, bool]:
    """Keep the row, or find the one that was kept under its key; whether it is new.

    Raises KeyReused, and what `allow` raises to refuse a new row.
    """
    kind = type(row)
    try:
        with database.session() as session:
            known = earlier(session, kind, row.actor, row.idempotency_key, row.request_hash)
            if known is not None:
                return known, False
            allow(session)
            session.add(row)
        return row, True
    except IntegrityError:  # another request with the key was faster
        with database.session() as session:
            known = earlier(session, kind, row.actor, row.idempotency_key, row.request_hash)
        if known is None:
            raise
        return known, False
