"""Data sets that jobs may plan: valid ones only, each of them unchanged since it came."""

from sqlalchemy import delete

from planner.service.store.database import Database
from planner.service.store.once import add_once
from planner.service.store.pages import newest
from planner.service.store.tables import DataSetRow


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

    def remove(self, dataset_id: str) -> None:
        """Forget the data set; its files are the caller's."""
        with self._database.session() as session:
            session.execute(delete(DataSetRow).where(DataSetRow.id == dataset_id))
