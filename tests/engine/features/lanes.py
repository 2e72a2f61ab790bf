"""Lanes of a draft, found and added."""

from typing import Any

from tests.engine.draft import Draft, Rows


def some_lanes(draft: Draft, share: float) -> Rows:
    """A part of the lanes, at least one; none of a route."""
    lanes = [lane for lane in draft.rows("lanes") if not lane.get("route")]
    return [lane for lane in lanes if draft.chance(share)] or lanes[:1]


def of_lane(row: dict[str, Any], lane: dict[str, Any]) -> bool:
    return all(row[name] == lane[name] for name in ("origin", "destination", "mode"))


def extra_lane(draft: Draft, origin: str, destination: str, mode: str, days: int, **values: Any) -> None:
    key = {"origin": origin, "destination": destination, "mode": mode}
    if not any(of_lane(row, key) for row in draft.rows("lanes")):
        tariff = draft.pick(
            {"cost_per_vehicle": draft.money(0.2, 3)}, {"cost_per_kg": draft.money(0.05, 0.5)}
        )
        draft.row("lanes", **key, lead_time_days=days, **tariff, **values)
