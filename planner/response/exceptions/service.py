"""What was really sold of what was wanted in the last four weeks, by category and location."""

from dataclasses import dataclass

import numpy as np

from planner.demand.censoring import demand_at_least
from planner.demand.forecast import forecast
from planner.demand.history import history
from planner.response.exceptions.bands import Bands
from planner.tables.dataset import DataSet

DAYS = 28


@dataclass(frozen=True)
class Served:
    """A category at a location whose fill rate was below its band. Numbers are rows of `items` and `locations`."""

    category: str
    item: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    location: int
    sold: float
    lost: float  # as far as sold-out days tell [units]
    money: float  # margin that was lost
    band: float

    @property
    def fill_rate(self) -> float:
        """Units sold ÷ units wanted."""
        return self.sold / (self.sold + self.lost)


def badly_served(data: DataSet, bands: Bands) -> list[Served]:
    """Categories at locations with a fill rate below `min_actual_fill_rate`; lost is what sold-out days would have sold more."""
    if data["sales"].empty or np.isnan(bands.actual_fill_rate).all():
        return []
    past = history(data)
    if not past.units.size:
        return []
    found, recent = forecast(past), slice(-DAYS, None)
    mean = found.level * found.weekday[past.weekday[recent]]
    day, series = np.nonzero(past.censored[recent])
    units = past.units[recent]
    lost = np.zeros_like(units)
    wanted = demand_at_least(units[day, series], mean[day, series], found.variance_ratio[series])
    lost[day, series] = wanted - units[day, series]
    # an empty shelf all day long tells nothing about demand, but that nothing was sold of it
    empty = _empty(data, past.units.shape[0])[recent][:, past.location, past.item] & (units == 0)
    lost = np.where(empty, mean, lost)
    items = data["items"]
    margin = (items["unit_price"] - items["unit_cost"]).fillna(0.0).clip(lower=0.0).to_numpy(np.float64)
    band = bands.actual_fill_rate[past.item, past.location]
    sold, missed = units.sum(axis=0), lost.sum(axis=0)
    category = items["category"].to_numpy(object)[past.item]
    result = []
    for name, place in sorted({*zip(category.tolist(), past.location.tolist(), strict=True)}):
        rows = (category == name) & (past.location == place) & ~np.isnan(band)
        total = float(sold[rows].sum() + missed[rows].sum())
        if total <= 0:
            continue
        limit = float((band * (sold + missed))[rows].sum() / total)
        if sold[rows].sum() / total < limit - 1e-9:
            money = float((missed * margin[past.item])[rows].sum())
            one = Served(
                name, past.item[rows], place, float(sold[rows].sum()), float(missed[rows].sum()), money, limit
            )
            result.append(one)
    return result


def _empty(data: DataSet, days: int) -> "np.ndarray[tuple[int, int, int], np.dtype[np.bool_]]":
    """Days × locations × items: marked as sold out."""
    sales = data["sales"][data["sales"]["stocked_out"]]
    day = (sales["date"] - np.datetime64(data.settings.start_date)).dt.days.to_numpy() + days
    found = np.zeros((days, len(data["locations"]), len(data["items"])), bool)
    inside = (day >= 0) & (day < days)
    place = data["locations"].reset_index().set_index("location_id")["index"]
    item = data["items"].reset_index().set_index("item_id")["index"]
    at = sales[inside]
    found[day[inside], place[at["location_id"]].to_numpy(), item[at["item_id"]].to_numpy()] = True
    return found
