"""Orders that are there already, and what suppliers give and ask for."""

from typing import Any

from tests.engine.draft import Draft


def in_transit(draft: Draft) -> None:
    for number in range(draft.whole(1, 3)):
        draft.row(
            "open_orders",
            order_id=f"T{number}",
            item_id=draft.pick(*draft.items),
            origin=draft.pick("", *draft.dcs),
            destination=draft.pick(*draft.stores),
            mode=draft.pick("", "truck"),
            quantity=draft.pick(1.0, 2.0, 2.5, 5.0),
            arrival_date=draft.day(draft.whole(0, draft.days)),
            status="in_transit",
        )


def firm(draft: Draft) -> None:
    _dispatched(draft, "F", "firm", 2)


def frozen(draft: Draft) -> None:
    """Planned orders in the frozen days are given."""
    draft.settings["frozen_days"] = draft.pick(1, 1, 2)
    _dispatched(draft, "Z", "planned", 2)


def previous_plan(draft: Draft) -> None:
    """What the last plan had, and a price for each case that is changed."""
    draft.settings["change_cost_per_case"] = draft.money(0.1, 3)
    _dispatched(draft, "P", "planned", 4)


def _dispatched(draft: Draft, letter: str, status: str, most: int) -> None:
    for number in range(draft.whole(1, most)):
        lane, item = draft.pick(*draft.rows("lanes")), draft.pick(*draft.items)
        day = draft.whole(0, draft.days - 1)
        values: dict[str, Any] = {}
        if draft.chance(0.15) and status == "firm":
            values["arrival_date"] = draft.day(day + draft.whole(0, 2))
        draft.row(
            "open_orders",
            order_id=f"{letter}{number}",
            item_id=item,
            origin=lane["origin"],
            destination=lane["destination"],
            mode=lane["mode"],
            quantity=float(draft.case(item) * draft.whole(1, 2)),
            dispatch_date=draft.day(day),
            status=status,
            **values,
        )


def supply_limits(draft: Draft) -> None:
    """Rows of supply: minimum, multiple, daily limit, first day, price; a supplier may leave items out."""
    for supplier in draft.suppliers:
        for item in draft.items:
            if draft.chance(0.8) or supplier == draft.suppliers[0]:
                least = draft.pick(0, 0, 2, 3)
                draft.row(
                    "supply",
                    item_id=item,
                    location_id=supplier,
                    unit_cost=draft.pick(None, draft.money(2, 12)),
                    min_order_quantity=least,
                    order_multiple=draft.pick(1, 1, 2, 3),
                    max_per_day=draft.pick(None, least + draft.whole(2, 8)),
                    available_from=draft.pick(None, None, draft.day(1)),
                )


def order_minimums(draft: Draft) -> None:
    for supplier in draft.suppliers:
        for dc in draft.dcs:
            if draft.chance(0.8):
                least = {"min_value": draft.pick(0, 20, 40), "min_kg": draft.pick(0, 4, 9)}
                draft.row("order_minimums", supplier=supplier, destination=dc, **least)
