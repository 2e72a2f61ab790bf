"""From days to periods of several days (models/README.md, section 1): lanes, suppliers and order lines."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from planner.audit.calendar import Horizon
from planner.audit.given import Given
from planner.audit.lanes import Flags
from planner.audit.lines import OrderLines
from planner.audit.network import Network
from planner.audit.numbering import Days
from planner.audit.supply import Supply

AnyLines = TypeVar("AnyLines", bound=OrderLines)


@dataclass(frozen=True)
class Dated:
    """What happens day by day, where the rest of a projection goes by periods."""

    network: Network
    given: Given

    @property
    def travels(self) -> Flags:
        """`M × days`: given orders leave."""
        found = np.zeros(self.network.lanes.valid_row.shape, dtype=bool)
        fixed = self.given.fixed
        known = fixed.lane >= 0
        found[fixed.lane[known], fixed.dispatch[known]] = True
        return found

    @property
    def works(self) -> Flags:
        """`L × days`: the location is open, or given orders leave or arrive all the same."""
        network, days = self.network, self.network.horizon.days
        place = np.arange(len(network.locations))[:, None]
        shape = (len(place), days)
        day = np.broadcast_to(np.arange(days), shape)
        works = ~network.calendar.is_closed(np.broadcast_to(place, shape), day)
        fixed, transit = self.given.fixed, self.given.transit
        for location, moved in (
            (fixed.origin, fixed.dispatch),
            (fixed.destination, fixed.arrival),
            (transit.destination, transit.arrival),
        ):
            inside = (location >= 0) & (moved >= 0) & (moved < days)
            works[location[inside], moved[inside]] = True
        return works


def lines_by_period(lines: AnyLines, horizon: Horizon) -> AnyLines:
    """Order lines that leave and arrive in periods."""
    return replace(lines, dispatch=horizon.period(lines.dispatch), arrival=horizon.period(lines.arrival))


def given_by_period(given: Given, horizon: Horizon) -> Given:
    """The same for the orders that are given."""
    return Given(**{name: lines_by_period(lines, horizon) for name, lines in vars(given).items()})


def network_by_period(dated: Dated, horizon: Horizon) -> Network:
    """The network whose lanes are in each period what they are on the day on which its goods leave."""
    lanes, travels = dated.network.lanes, dated.travels
    day = _leaving(horizon, lanes.allowed, travels)
    free, given = (_together(flags, lanes.shares) for flags in (lanes.allowed, travels))
    load_day = _leaving(horizon, free, given)

    def then(values: Days) -> Days:
        return np.take_along_axis(values, day, 1)

    def so(values: Flags) -> Flags:
        return np.take_along_axis(values, day, 1)

    by_period = replace(
        lanes,
        valid_row=then(lanes.valid_row),
        tariff_row=then(lanes.tariff_row),
        arrival=horizon.period(then(lanes.arrival)),
        dispatch_day=so(lanes.dispatch_day),
        origin_open=so(lanes.origin_open),
        not_frozen=so(lanes.not_frozen),
        leaves=day,
        load_leaves=load_day,
        vehicle_row=np.take_along_axis(lanes.vehicle_row, load_day, 1),
        most_vehicles=horizon.counted(lanes.most_vehicles, free | given),
    )
    return replace(dated.network, horizon=horizon, lanes=by_period)


def supply_by_period(supply: Supply, dated: Dated, horizon: Horizon) -> Supply:
    """Limits of suppliers: the days add up on which they can send the item, or given orders of it leave."""
    network, fixed = dated.network, dated.given.fixed
    sends = np.zeros((len(network.locations), network.horizon.days), dtype=bool)
    np.logical_or.at(sends, network.lanes.origin, network.lanes.allowed)
    days = sends[supply.place] & (np.arange(network.horizon.days) >= supply.available_from[:, None])
    row = np.where(fixed.origin >= 0, supply.row(fixed.item, np.maximum(fixed.origin, 0)), -1)
    days[row[row >= 0], fixed.dispatch[row >= 0]] = True
    return replace(supply, most=horizon.counted(supply.most, days))


def _together(flags: Flags, shares: Days) -> Flags:
    """For each lane-mode what holds for any of those that share its vehicles."""
    found = np.zeros((int(shares.max(initial=-1)) + 1, flags.shape[1]), dtype=bool)
    np.logical_or.at(found, shares, flags)
    return np.asarray(found[shares])


def _leaving(horizon: Horizon, free: Flags, given: Flags) -> Days:
    """The first day of each period on which a free order may leave; else that of given ones, else the first of all."""
    day, instead = horizon.earliest(free), horizon.earliest(given)
    day = np.where(day >= 0, day, instead)
    return np.asarray(np.where(day >= 0, day, horizon.first))
