"""From names to numbers, and sums per number."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Days = npt.NDArray[np.int64]


def numbered(names: pd.Index, values: Any) -> Days:
    """The place of each value among the names, −1 if it isn't there."""
    if isinstance(
        getattr(values, "dtype", None), pd.StringDtype
    ):  # few different ones as a rule: each is looked up once
        code, distinct = pd.factorize(values)
        return np.append(names.get_indexer(pd.Index(distinct)), -1)[code].astype(np.int64)
    return np.asarray(names.get_indexer(pd.Index(values)), dtype=np.int64)


def sums(group: Days, amounts: npt.NDArray[Any], groups: int) -> npt.NDArray[np.float64]:
    """The sum of the amounts of each group 0 … groups−1."""
    return np.asarray(np.bincount(group, amounts, minlength=groups), dtype=np.float64)
