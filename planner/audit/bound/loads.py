"""The part of the bound that vehicles and tariffs contribute: the least cost of every load less what is paid for room on it."""

import numpy as np

from planner.audit.bound.convex import Floats
from planner.audit.bound.prices import Prices
from planner.audit.bound.tariffs import Tariffs

BELOW = 1.0 - 1e-12


def affordable(prices: Prices, tariffs: Tariffs) -> Prices:
    """Prices of room that no more than pay for a vehicle and the price of its being one of few.

    Prices above that are lowered: without a limit they would let a load gain without end, and with one they only pay for what is
    left out here, such as stops.
    """
    kg = np.where(
        np.isfinite(tariffs.room_kg)[tariffs.group], prices.kg, np.minimum(prices.kg, tariffs.per_kg)
    )
    m3 = np.where(
        np.isfinite(tariffs.room_m3)[tariffs.group], prices.m3, np.minimum(prices.m3, tariffs.per_m3)
    )
    worth = _worth(prices.replace(kg=kg, m3=m3), tariffs)[2]
    paid = tariffs.vehicle + np.where(np.isfinite(tariffs.most), prices.vehicle, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(worth > paid, BELOW * np.maximum(0.0, paid) / worth, 1.0)[tariffs.group]
    return prices.replace(
        kg=np.where(kg > tariffs.per_kg, tariffs.per_kg + share * (kg - tariffs.per_kg), kg),
        m3=np.where(m3 > tariffs.per_m3, tariffs.per_m3 + share * (m3 - tariffs.per_m3), m3),
    )


def load_costs(prices: Prices, tariffs: Tariffs) -> float:
    """All loads together, given orders included [money]; −infinite if a load gains without end."""
    per_kg, per_m3, full = _worth(prices, tariffs)
    gain = tariffs.vehicle - full  # of one vehicle more, as full as it gets
    few, many = tariffs.given_vehicles, np.where(tariffs.used, tariffs.most, tariffs.given_vehicles)
    with np.errstate(invalid="ignore"):
        cost = np.where(gain < 0.0, gain * many, gain * few)
    taken = per_kg * tariffs.by_group(tariffs.given_kg) + per_m3 * tariffs.by_group(tariffs.given_m3)
    own = tariffs.per_kg * tariffs.given_kg + tariffs.per_m3 * tariffs.given_m3
    return float(cost.sum() + taken.sum() + own.sum()) + tariffs.stops


def _worth(prices: Prices, tariffs: Tariffs) -> tuple[Floats, Floats, Floats]:
    """`G × T`: what a kg and a m³ of the best lane-mode bring above their rates, and a full vehicle of both."""
    per_kg = tariffs.best(np.maximum(0.0, prices.kg - tariffs.per_kg))
    per_m3 = tariffs.best(np.maximum(0.0, prices.m3 - tariffs.per_m3))
    with np.errstate(invalid="ignore"):
        full = np.where(per_kg > 0, per_kg * tariffs.room_kg, 0.0)
        full = full + np.where(per_m3 > 0, per_m3 * tariffs.room_m3, 0.0)
    return per_kg, per_m3, full
