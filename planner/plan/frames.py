"""Tables in JSON's types."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Rows in JSON's types: days as text, what is missing as null."""
    import pandas as pd

    plain = frame.copy()
    for column in plain.columns:
        if pd.api.types.is_datetime64_any_dtype(plain[column]):
            plain[column] = plain[column].dt.strftime("%Y-%m-%d")
    columns = list(map(str, plain.columns))
    cells = plain.astype(object).where(plain.notna(), None).itertuples(index=False, name=None)
    return [dict(zip(columns, row, strict=True)) for row in cells]
