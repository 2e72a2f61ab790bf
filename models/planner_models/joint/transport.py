"""Loads, vehicles and tariffs: equations (7) to (19)."""

from collections import defaultdict

import numpy as np
import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from planner_models.joint.declare import Model, band_count, bands_of


def load_weight(model: Model) -> pyo.Constraint:
    """(7) The weight on a lane-mode is that of its orders [kg]: `lane_kg[m,t] = Σ weight·lot·ship[k,t] + given`."""
    return _measure(
        model, model.LANE_DAYS, model.lane_kg, model.problem.items.weight, model.problem.lanes.given_kg
    )


def load_volume(model: Model) -> pyo.Constraint:
    """(8) The volume on a lane-mode is that of its orders [m³]: `lane_m3[m,t] = Σ volume·lot·ship[k,t] + given`."""
    return _measure(
        model, model.VOLUME_DAYS, model.lane_m3, model.problem.items.volume, model.problem.lanes.given_m3
    )


def _measure(model: Model, where: object, total: object, per_unit: object, given: object) -> pyo.Constraint:
    ship = model.problem.shipments
    lot = (ship.lot_cases * model.problem.items.case_size[ship.item] * per_unit[ship.item]).tolist()  # type: ignore[index]
    lane, loaded = ship.lane.tolist(), defaultdict(list)
    for k, t in model.SHIP:
        loaded[lane[k], t].append((lot[k], model.ship[k, t]))

    def rule(_: Model, m: int, t: int) -> object:
        terms = loaded[m, t]
        body = LinearExpression(
            linear_coefs=[1.0] + [-c for c, _ in terms],
            linear_vars=[total[m, t]] + [v for _, v in terms],  # type: ignore[index]
        )
        return body == float(given[m, t])  # type: ignore[index]

    return pyo.Constraint(where, rule=rule)


def vehicle_weight(model: Model) -> pyo.Constraint:
    """(9) Vehicles carry the weight of their load [kg]: `Σ lane_kg[m,t] ≤ vehicle_kg[g,t]·vehicles[g,t]`."""
    return _vehicle_limit(model, model.WEIGHT_LIMITED, model.lane_kg, model.problem.loads.vehicle_kg)


def vehicle_volume(model: Model) -> pyo.Constraint:
    """(10) Vehicles carry the volume of their load [m³]: `Σ lane_m3[m,t] ≤ vehicle_m3[g,t]·vehicles[g,t]`."""
    return _vehicle_limit(model, model.VOLUME_LIMITED, model.lane_m3, model.problem.loads.vehicle_m3)


def lanes_of_load(model: Model) -> dict[int, list[int]]:
    """The lane-modes of every load group."""
    lanes: dict[int, list[int]] = defaultdict(list)
    for m, g in enumerate(model.problem.lanes.load.tolist()):
        lanes[g].append(m)
    return lanes


def _vehicle_limit(model: Model, where: object, total: object, size: object) -> pyo.Constraint:
    members = lanes_of_load(model)

    def rule(model: Model, g: int, t: int) -> object:
        loaded = [total[m, t] for m in members[g] if (m, t) in total]  # type: ignore[index,operator]
        coefficients = [1.0] * len(loaded) + [-float(size[g, t])]  # type: ignore[index]
        return LinearExpression(linear_coefs=coefficients, linear_vars=[*loaded, model.vehicles[g, t]]) <= 0

    return pyo.Constraint(where, rule=rule)


def lane_in_use(model: Model) -> pyo.Constraint:
    """(11) Nothing travels on a lane-mode that is not in use [lots]: `ship[k,t] ≤ most[k]·used[m,t]`."""
    ship = model.problem.shipments
    lane, most = ship.lane.tolist(), ship.max_lots.tolist()
    flagged = [(k, t) for k, t in model.SHIP if (lane[k], t) in model.used]
    return pyo.Constraint(
        flagged, rule=lambda model, k, t: model.ship[k, t] <= most[k] * model.used[lane[k], t]
    )


def use_needs_vehicle(model: Model) -> pyo.Constraint:
    """(12) A lane-mode in use has a vehicle: `used[m,t] ≤ vehicles[g,t]`; not where goods without weight need none."""
    lanes = model.problem.lanes
    load, needs = lanes.load.tolist(), _always_needs_vehicle(model)
    return pyo.Constraint(
        [(m, t) for m, t in model.USED if needs[load[m]][t]],
        rule=lambda model, m, t: model.used[m, t] <= model.vehicles[load[m], t],
    )


def _always_needs_vehicle(model: Model) -> list[list[bool]]:
    """Loads (by group and day) of which any content fills a part of a vehicle."""
    problem = model.problem
    loads, items, ship, given = problem.loads, problem.items, problem.shipments, problem.given
    unlimited = np.isinf(loads.vehicle_kg) & np.isinf(loads.vehicle_m3)
    weightless, formless = np.zeros((2, *unlimited.shape), bool)
    for item, lane in ((ship.item, ship.lane), (given.item, given.lane)):
        np.logical_or.at(weightless, problem.lanes.load[lane], (items.weight[item] <= 0)[:, None])
        np.logical_or.at(formless, problem.lanes.load[lane], (items.volume[item] <= 0)[:, None])
    by_kg, by_m3 = np.isfinite(loads.vehicle_kg) & ~weightless, np.isfinite(loads.vehicle_m3) & ~formless
    return (unlimited | by_kg | by_m3).tolist()  # type: ignore[no-any-return]


def minimum_charge(model: Model) -> pyo.Constraint:
    """(13) Variable freight is not below the minimum charge [money]: `charge[m,t] ≥ min_charge[m,t]·used[m,t]`."""
    least = model.problem.lanes.min_charge.tolist()
    where = [(m, t) for m, t in model.CHARGED if least[m][t] > 0]
    return pyo.Constraint(
        where, rule=lambda model, m, t: model.charge[m, t] >= least[m][t] * model.used[m, t]
    )


def variable_freight(model: Model) -> pyo.Constraint:
    """(14) Variable freight follows its tariff [money]: `charge[m,t] ≥ Σ_b rate_b·band_kg[m,t,b] + cost_per_m3·lane_m3[m,t]`."""
    problem = model.problem
    rate, per_m3 = problem.lanes.cost_per_kg.tolist(), problem.lanes.cost_per_m3.tolist()

    def rule(model: Model, m: int, t: int) -> object:
        bands = bands_of(problem, m, t)
        if bands:
            weight = sum(price * model.band_kg[m, t, b] for b, (_, _, price) in enumerate(bands))
        else:
            weight = rate[m][t] * model.lane_kg[m, t]
        volume = per_m3[m][t] * model.lane_m3[m, t] if (m, t) in model.lane_m3 else 0
        return model.charge[m, t] >= weight + volume

    return pyo.Constraint(model.CHARGED, rule=rule)


def band_ceiling(model: Model) -> pyo.Constraint:
    """(15) The weight lies below the end of its band [kg]: `band_kg[m,t,b] ≤ to_b·band[m,t,b]`."""
    problem, most = model.problem, largest_load(model)

    def rule(model: Model, m: int, t: int, b: int) -> object:
        start, end, _ = bands_of(problem, m, t)[b]
        return model.band_kg[m, t, b] <= min(end, max(most[m], start)) * model.band[m, t, b]

    return pyo.Constraint(model.BANDS, rule=rule)


def band_floor(model: Model) -> pyo.Constraint:
    """(16) The weight lies above the beginning of its band [kg]: `band_kg[m,t,b] ≥ from_b·band[m,t,b]`."""
    problem = model.problem
    return pyo.Constraint(
        model.BANDS,
        rule=lambda model, m, t, b: (
            model.band_kg[m, t, b] >= bands_of(problem, m, t)[b][0] * model.band[m, t, b]
        ),
    )


def band_weight(model: Model) -> pyo.Constraint:
    """(17) The bands hold the weight of the lane-mode [kg]: `Σ_b band_kg[m,t,b] = lane_kg[m,t]`."""
    count = [band_count(model.problem, m) for m in range(len(model.problem.lanes.breaks))]
    return pyo.Constraint(
        model.BANDED,
        rule=lambda model, m, t: sum(model.band_kg[m, t, b] for b in range(count[m])) == model.lane_kg[m, t],
    )


def one_band(model: Model) -> pyo.Constraint:
    """(18) A lane-mode in use has one band: `Σ_b band[m,t,b] = used[m,t]`."""
    count = [band_count(model.problem, m) for m in range(len(model.problem.lanes.breaks))]
    return pyo.Constraint(
        model.BANDED,
        rule=lambda model, m, t: sum(model.band[m, t, b] for b in range(count[m])) == model.used[m, t],
    )


def given_loads(model: Model) -> pyo.Constraint:
    """(19) A lane-mode with given orders is in use: `used[m,t] = 1`."""
    given = model.problem.given
    pairs = sorted(set(zip(given.lane.tolist(), given.day.tolist(), strict=True)))
    return pyo.Constraint(
        [pair for pair in pairs if pair in model.used], rule=lambda model, m, t: model.used[m, t] == 1
    )


def largest_load(model: Model) -> list[float]:
    """The largest weight that a lane-mode can carry on a day [kg]."""
    problem = model.problem
    ship, lanes, loads = problem.shipments, problem.lanes, problem.loads
    kg = ship.max_lots * ship.lot_cases * problem.items.case_size[ship.item] * problem.items.weight[ship.item]
    total = np.zeros(len(lanes.origin))
    np.add.at(total, ship.lane, kg)
    total += lanes.given_kg.max(axis=1, initial=0.0)
    with np.errstate(invalid="ignore"):
        fleet = np.nan_to_num(loads.vehicle_kg * loads.max_vehicles, nan=np.inf).max(axis=1, initial=0.0)
    return np.minimum(total, np.where(fleet > 0, fleet, np.inf)[lanes.load]).tolist()  # type: ignore[no-any-return]
