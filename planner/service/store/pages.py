"""Lists in pages, the newest first: a page begins after the last id of the one before."""

from typing import TypeVar

from sqlalchemy import ColumnElement, select

from planner.service.store.database import Database
from planner.service.store.tables import DataSetRow, Job

Row = TypeVar("Row", Job, DataSetRow)


def newest(
    database: Database, kind: type[Row], limit: int, before: str | None = None, *where: ColumnElement[bool]
) -> tuple[list[Row], str | None]:
    """Up to `limit` rows whose ids come before `before`, and where the next page begins; None after the last.

    Ids begin with the time, so that their order is that of time.
    """
    query = select(kind).where(*where).order_by(kind.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(kind.id < before)
    with database.reading() as session:
        rows = list(session.scalars(query))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None
