"""Order lines by number, of a plan or of the open orders."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.audit.lanes import Flags
from planner.audit.network import Floats
from planner.audit.numbering import Days

Texts = npt.NDArray[np.object_] | pd.api.extensions.ExtensionArray


@dataclass(frozen=True)
class OrderLines:
    """Items, locations, lane-modes and days by number; quantity [units]. −1: there is none, or none that is known."""

    order_id: Texts
    item: Days
    origin: Days
    destination: Days
    lane: Days
    dispatch: Days
    arrival: Days
    cases: Floats
    quantity: Floats

    def __len__(self) -> int:
        return len(self.item)

    def select(self, rows: Flags) -> Self:
        """The lines for which `rows` is true."""
        return type(self)(**{name: values[rows] for name, values in vars(self).items()})
