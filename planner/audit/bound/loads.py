"""The part of the bound that vehicles and tariffs contribute: the least cost of every load less what is paid for room on it."""

import numpy as np

from planner.audit.bound.convex import Floats
from planner.audit.bound.rooms import Room
from planner.audit.bound.tariffs import Tariffs

BELOW = 1.0 - 1e-10


def affordable(room: Room, vehicle: Floats, tariffs: Tariffs) -> Room:
    """Prices of room that no more than pay for a vehicle and the price of its being one of few (`vehicle`, `G × T`).

    Prices above that are lowered: without a limit they would let a load gain without end, and with one they only pay for what is
    left out here, such as stops.
    """
    heavy, bulky = np.isfinite(tariffs.room_kg), np.isfinite(tariffs.room_m3)
    kg = np.where(heavy[tariffs.group], room.kg, np.minimum(room.kg, tariffs.per_kg))
    m3 = np.where(bulky[tariffs.group], room.m3, np.minimum(room.m3, tariffs.per_m3))
    found = Room(room.lanes, kg, m3)
    worth = _worth(found, tariffs)[2]
    limited = np.isfinite(tariffs.most)
    paid = np.maximum(0.0, tariffs.vehicle + np.where(limited, vehicle, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(worth > paid, BELOW * paid / worth, 1.0)
    found = _lowered(found, share, tariffs)
    # so little is paid that rounding is more
    endless = ~limited & (_worth(found, tariffs)[2] > tariffs.vehicle)
    return _lowered(found, np.where(endless, 0.0, 1.0), tariffs) if endless.any() else found


def _lowered(room: Room, share: Floats, tariffs: Tariffs) -> Room:
    """A share (`G × T`) of what is above the rates."""
    share = share[tariffs.group]
    kg, m3 = room.kg - tariffs.per_kg, room.m3 - tariffs.per_m3
    return Room(
        room.lanes,
        np.where((kg > 0.0) & (share < 1.0), tariffs.per_kg + share * kg, room.kg),
        np.where((m3 > 0.0) & (share < 1.0), tariffs.per_m3 + share * m3, room.m3),
    )


def load_costs(room: Room, tariffs: Tariffs) -> Floats:
    """`G`: the loads of all days, given orders included [money]; −infinite if a load gains without end."""
    per_kg, per_m3, full = _worth(room, tariffs)
    gain = tariffs.vehicle - full  # of one vehicle more, as full as it gets
    few, many = tariffs.given_vehicles, np.where(tariffs.used, tariffs.most, tariffs.given_vehicles)
    with np.errstate(invalid="ignore"):
        cost = np.where(gain < 0.0, gain * many, gain * few)
    taken = per_kg * tariffs.by_group(tariffs.given_kg) + per_m3 * tariffs.by_group(tariffs.given_m3)
    own = tariffs.by_group(tariffs.per_kg * tariffs.given_kg + tariffs.per_m3 * tariffs.given_m3)
    return np.asarray((cost + taken + own).sum(axis=1))


def _worth(room: Room, tariffs: Tariffs) -> tuple[Floats, Floats, Floats]:
    """`G × T`: what a kg and a m³ of the best lane-mode bring above their rates, and a full vehicle of both."""
    per_kg = tariffs.best(np.maximum(0.0, room.kg - tariffs.per_kg))
    per_m3 = tariffs.best(np.maximum(0.0, room.m3 - tariffs.per_m3))
    with np.errstate(invalid="ignore"):
        full = np.where(per_kg > 0, per_kg * tariffs.room_kg, 0.0)
        full = full + np.where(per_m3 > 0, per_m3 * tariffs.room_m3, 0.0)
    return per_kg, per_m3, full
