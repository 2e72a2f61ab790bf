"""Demand and stock: what is wanted, kept, lost and worth something in the end."""

from tests.engine.draft import Draft
from tests.engine.features.network import laterals


def uncertain_demand(draft: Draft) -> None:
    for row in draft.rows("demand"):
        row["sd"] = round(row["mean"] * draft.pick(0.0, 0.3, 0.6, 1.0), 3)


def poisson_demand(draft: Draft) -> None:
    """An empty sd."""
    for row in draft.rows("demand"):
        if draft.chance(0.7):
            del row["sd"]


def shelf_life(draft: Draft) -> None:
    for row in draft.rows("items"):
        if draft.chance(0.7):
            row["shelf_life_days"] = draft.whole(1, 3)


def stock_limits(draft: Draft) -> None:
    for item in draft.items:
        for place in [*draft.dcs, *draft.stores]:
            if draft.chance(0.4):
                least = draft.pick(None, 1.0, 2.0)
                draft.policy(
                    item_id=item, location_id=place, min_stock=least, max_stock=draft.pick(None, 4.0, 9.0)
                )


def days_of_cover(draft: Draft) -> None:
    draft.policy(kind=draft.pick("store", "dc"), max_days_of_cover=draft.pick(1.0, 2.0, 2.5))


def demand_must_be_met(draft: Draft) -> None:
    for item in draft.items:
        if draft.chance(0.6):
            draft.policy(item_id=item, location_id=draft.pick(*draft.stores), lost_sales_allowed=False)


def service_targets(draft: Draft) -> None:
    draft.policy(category="fresh", service_target=draft.pick(0.9, 0.98))
    draft.policy(kind="store", holding_cost_per_unit_day=draft.money(0.05, 0.5))
    draft.settings["review_days"] = draft.pick(1, 2)


def unequal_customers(draft: Draft) -> None:
    """Different lost-sale costs by store, and lanes between stores: keeping stock from one could pay."""
    for number, store in enumerate(draft.stores):
        penalty = draft.money(0, 1) if number % 2 else draft.money(5, 25)
        draft.policy(location_id=store, lost_sale_penalty=penalty)
    for row in draft.rows("items"):
        if draft.chance(0.5):
            row["unit_price"] = None
    laterals(draft)


def end_of_horizon(draft: Draft) -> None:
    draft.settings["terminal_value"] = "useful"


def review(draft: Draft) -> None:
    draft.settings["review_days"] = draft.whole(1, 3)


def weightless(draft: Draft) -> None:
    """An item without weight or volume."""
    draft.rows("items")[0].update(draft.pick({"unit_weight_kg": 0.0}, {"unit_volume_m3": 0.0}))


def worthless(draft: Draft) -> None:
    """An item that costs nothing, or earns nothing."""
    draft.rows("items")[-1].update(draft.pick({"unit_cost": 0.0}, {"unit_price": None}))
