"""Data sets that jobs may plan: valid ones only, each of them unchanged since it came."""

from sqlalchemy import delete, select

from planner.service.store.database import Database
from planner.service.store.jobs import FINAL
from planner.service.store.once import add_once, earlier
from planner.service.store.pages import newest
from planner.service.store.tables import DataSetRow, Job


class DataSets:
    """The data sets in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: DataSetRow) -> tuple[DataSetRow, bool]:
        """Keep the data set, or find the one that was kept under its key; whether it is new. Raises KeyReused."""
        return add_once(self._database, row)

    def find(self, dataset_id: str) -> DataSetRow | None:
        """The data set, if there is one of that id."""
        with self._database.reading() as session:
            return session.get(DataSetRow, dataset_id)

    def page(self, limit: int, before: str | None = None) -> tuple[list[DataSetRow], str | None]:
        """Data sets, the newest first, and where the next page begins."""
        return newest(self._database, DataSetRow, limit, before)

    def earlier(self, actor: str, key: str | None, request_hash: str) -> DataSetRow | None:
        """The data set that was kept under the key, None if it is new. Raises KeyReused."""
        with self._database.reading() as session:
            return earlier(session, DataSetRow, actor, key, request_hash)

    def remove(self, dataset_id: str) -> bool:
        """Forget the data set, unless jobs that have not ended need it: whether it is gone. Its files are the caller's."""
        needed = select(Job.id).where(Job.dataset_id == dataset_id, Job.status.not_in(FINAL)).limit(1)
        with self._database.session() as session:
            if session.scalar(needed) is not None:
                return False
            session.execute(delete(DataSetRow).where(DataSetRow.id == dataset_id))
            return True
