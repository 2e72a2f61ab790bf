"""Which lanes there are, and when they run."""

from tests.engine.draft import Draft
from tests.engine.features.lanes import extra_lane, some_lanes


def laterals(draft: Draft) -> None:
    """Lanes between stores, one of them perhaps within the day, and one back to a DC."""
    if len(draft.stores) > 1:
        for origin, destination, days in zip(draft.stores[:-1], draft.stores[1:], (0, 1), strict=False):
            extra_lane(draft, origin, destination, "lateral", days)
            if draft.chance(0.5):
                extra_lane(draft, destination, origin, "lateral", 1)
    if draft.chance(0.5):
        extra_lane(draft, draft.pick(*draft.stores), draft.dcs[0], "return", 1)


def express(draft: Draft) -> None:
    """From the supplier straight to a store, as emergency freight."""
    extra_lane(
        draft, draft.suppliers[0], draft.pick(*draft.stores), "express", draft.pick(0, 1), emergency=True
    )


def dispatch_days(draft: Draft) -> None:
    week = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for lane in some_lanes(draft, 0.5):
        lane["dispatch_days"] = " ".join(name for name in week if draft.chance(0.5))


def closed_days(draft: Draft) -> None:
    for place in [*draft.suppliers, *draft.dcs, *draft.stores]:
        if draft.chance(0.4):
            day = draft.whole(0, draft.days + 1)
            draft.row("calendar", location_id=place, date=draft.day(day), closed=True)


def validity(draft: Draft) -> None:
    """A lane that changes its tariff and lead time, perhaps with a gap, or ends early."""
    for lane in list(draft.rows("lanes")):
        if not draft.chance(0.5):
            continue
        change = draft.whole(0, draft.days - 1)
        if draft.chance(0.5):
            other = {
                "cost_per_vehicle": draft.money(1, 12),
                "lead_time_days": draft.pick(lane["lead_time_days"], 1, 2),
            }
            other |= {"emergency": True} if draft.chance(0.2) else {}
            if lane.get("vehicle_kg") and draft.chance(0.3):
                other["vehicle_kg"] = 4.0 if min(_case_kg(draft)) <= 4 else 8.0
            gap = draft.pick(0, 0, 1)
            if lane.get("route"):
                other, gap = {"lead_time_days": lane["lead_time_days"]}, 0
            draft.row("lanes", **(lane | other | {"valid_from": draft.day(change + 1 + gap)}))
        lane["valid_to"] = draft.day(change)
        if draft.chance(0.3):
            lane["valid_from"] = draft.day(draft.whole(0, change))


def _case_kg(draft: Draft) -> list[float]:
    return [row["unit_weight_kg"] * row["case_size"] for row in draft.rows("items")]
