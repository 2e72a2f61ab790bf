"""Work and limits of places."""

from tests.engine.draft import Draft


def handling(draft: Draft) -> None:
    for place in [*draft.suppliers, *draft.dcs, *draft.stores]:
        if draft.chance(0.6):
            draft.row(
                "handling",
                location_id=place,
                cost_per_line=draft.pick(0, draft.money(0.1, 1.5)),
                cost_per_case=draft.pick(0, draft.money(0.05, 0.5)),
                hours_per_line=draft.pick(0, 0.25),
                hours_per_case=draft.pick(0, 0.1, 0.5),
            )


def capacities(draft: Draft) -> None:
    """One or two limited resources at each of some places, with and without overtime, dates and weekdays."""
    sizes = {
        "outbound_units": (2, 12),
        "outbound_kg": (4, 14),
        "outbound_vehicles": (0, 2),
        "inbound_kg": (4, 14),
        "inbound_vehicles": (0, 2),
        "storage_m3": (0.2, 0.6),
        "handling_hours": (0.5, 3),
    }
    for place in [*draft.dcs, *draft.stores, *draft.suppliers[:1]]:
        for resource in draft.random.choice(list(sizes), size=2, replace=False).tolist():
            if not draft.chance(0.5):
                continue
            if place in draft.suppliers and not resource.startswith("outbound"):
                continue
            low, high = sizes[resource]
            for when in ({}, {"date": draft.day(0)}, {"weekday": draft.day(1).strftime("%a")}):
                if not when or draft.chance(0.25):
                    overtime = {"overtime_limit": draft.pick(0, 2, 50), "overtime_cost": draft.money(0.1, 3)}
                    limit = round(float(draft.random.uniform(low, high)), 1)
                    if resource.endswith("vehicles"):
                        limit = round(limit)
                    draft.row(
                        "capacities", location_id=place, resource=resource, limit=limit, **when, **overtime
                    )
