"""A family of the joint model in LP format: the same text for the same rows, with names that people read."""

from typing import Any

import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from planner_models.joint.declare import Model
from planner_models.problem import RESOURCES, Problem

# What the positions of a key are: K shipments, N stock points, M lane-modes, G loads, T days, R resources,
# L locations,
# P order minimums, U supply limits, - as it is.
KEYS = {
    "KT": "ship line change order_line minimum_quantity lane_in_use order_minimum_used",
    "KT-": "plan_change",
    "NT": "on_hand sales waste ample stock_balance minimum_stock maximum_stock",
    "NT-": "nothing_withheld",
    "N": "short",
    "MT": "lane_kg lane_m3 used charge load_weight load_volume use_needs_vehicle minimum_charge "
    "variable_freight band_weight one_band given_loads",
    "MT-": "band band_kg band_ceiling band_floor",
    "GT": "vehicles vehicle_weight vehicle_volume",
    "PT": "ordered order_minimum_value order_minimum_weight",
    "UT": "supplier_limit",
    "RLT": "overtime capacity",
    "-": "sales_curve terminal_cover",
}
POSITIONS = {name: kinds for kinds, names in KEYS.items() for name in names.split()}


class Names:
    """Names of items, places and lanes instead of numbers."""

    def __init__(self, problem: Problem) -> None:
        places, items = problem.locations.names, problem.items.names
        stock, lanes, ship = problem.stock, problem.lanes, problem.shipments
        ends = zip(lanes.origin.tolist(), lanes.destination.tolist(), lanes.mode, strict=True)
        self.of: dict[str, list[str]] = {
            "M": [f"{places[o]}.{places[d]}.{mode}" for o, d, mode in ends],
            "N": [
                f"{items[i]},{places[at]}"
                for i, at in zip(stock.item.tolist(), stock.location.tolist(), strict=True)
            ],
            "T": [str(t) for t in range(problem.days)],
            "R": list(RESOURCES),
            "L": list(places),
        }
        self.of["K"] = [
            f"{items[i]},{self.of['M'][m]}"
            for i, m in zip(ship.item.tolist(), ship.lane.tolist(), strict=True)
        ]
        first = {g: m for m, g in reversed(list(enumerate(lanes.load.tolist())))}
        self.of["G"] = [
            f"{route}.{lanes.mode[first[g]]}" if route else self.of["M"][first[g]]
            for g, route in enumerate(problem.loads.route)
        ]
        pairs = zip(problem.minimums.supplier.tolist(), problem.minimums.destination.tolist(), strict=True)
        self.of["P"] = [f"{places[o]}.{places[d]}" for o, d in pairs]
        limits = zip(problem.supply.item.tolist(), problem.supply.location.tolist(), strict=True)
        self.of["U"] = [f"{items[i]},{places[at]}" for i, at in limits]

    def name(self, component: str, key: Any) -> str:
        parts = key if isinstance(key, tuple) else (key,)
        kinds = POSITIONS[component]
        words = [
            str(part) if kind == "-" else self.of[kind][part] for kind, part in zip(kinds, parts, strict=True)
        ]
        return f"{component}({','.join(words)})".replace("-1", "down")


def family_lp(model: Model, family: str) -> str:
    """The rows of one family, and the bounds and integrality of the decisions in it."""
    names, rows, used = Names(model.problem), [], {}
    for key, row in model.component(family).items():
        form = generate_standard_repn(row.body)
        side = ("=", row.upper) if row.equality else ("<=", row.upper) if row.has_ub() else (">=", row.lower)
        terms = {
            names.name(v.parent_component().name, v.index()): c
            for v, c in zip(form.linear_vars, form.linear_coefs, strict=True)
        }
        used |= {names.name(v.parent_component().name, v.index()): v for v in form.linear_vars}
        body = " ".join(_term(terms[name], name) for name in sorted(terms))
        rows.append(
            f"{names.name(family, key)}:\n  {body} {side[0]} {_number(pyo.value(side[1]) - form.constant)}"
        )
    bounds = [f" {_number(v.lb)} <= {name} <= {_number(v.ub)}" for name, v in sorted(used.items())]
    whole = [f" {name}" for name, v in sorted(used.items()) if not v.is_continuous()]
    parts = [f"\\ {family}", "Minimize", " cost: 0", "Subject To", *rows, "Bounds", *bounds]
    return "\n".join([*parts, *(["General", *whole] if whole else []), "End", ""])


def _term(coefficient: float, name: str) -> str:
    size = "" if abs(coefficient) == 1 else f"{_number(abs(coefficient))} "
    return f"{'+' if coefficient >= 0 else '-'} {size}{name}"


def _number(value: float | None) -> str:
    return "inf" if value is None else f"{value + 0.0:.9g}"
