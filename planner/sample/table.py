"""Small tables written out in code."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def table(columns: str, rows: Iterable[Iterable[object]]) -> "pd.DataFrame":
    """A frame from rows of values; `columns` are names with spaces between them."""
    import pandas as pd

    return pd.DataFrame([tuple(row) for row in rows], columns=columns.split())


def sparse_table(columns: str, rows: Iterable[dict[str, object]]) -> "pd.DataFrame":
    """A frame from rows that give only some of the columns."""
    import pandas as pd

    return pd.DataFrame(list(rows)).reindex(columns=columns.split())
