"""The bands in which planning operates, from `policies`: field by field, the most specific row."""

from dataclasses import dataclass

import numpy as np

from planner.demand.history import Floats
from planner.response.noted import response_hours
from planner.tables.dataset import DataSet
from planner.tables.policies import resolve
from planner_models.problem import Ints


@dataclass(frozen=True)
class Bands:
    """Items × locations; NaN = no band. Rates and shares are parts of one, cover is in days, freight in money per unit."""

    fill_rate: Floats
    actual_fill_rate: Floats
    low_cover: Floats
    high_cover: Floats
    freight: Floats
    emergency: Floats
    response_hours: Floats  # never NaN

    def at(self, field: str, item: Ints, location: Ints) -> Floats:
        """A band of some items at some locations."""
        return np.asarray(getattr(self, field)[item, location])


def bands_of(data: DataSet) -> Bands:
    """The bands of a data set."""

    def field(name: str) -> Floats:
        return resolve(data, name).to_numpy(np.float64)

    return Bands(
        fill_rate=field("min_projected_fill_rate"),
        actual_fill_rate=field("min_actual_fill_rate"),
        low_cover=field("low_days_of_cover"),
        high_cover=field("high_days_of_cover"),
        freight=field("max_freight_per_unit"),
        emergency=field("max_emergency_share"),
        response_hours=response_hours(data).to_numpy(np.float64),
    )
