"""The result of a simulation as lines on the screen."""

from typing import Any

from planner.cli.session import bold

SHOWN = (  # measure, words, unit, decimals
    ("total_cost", "cost", "money", 0),
    ("freight", "freight", "money", 0),
    ("handling", "handling", "money", 0),
    ("holding", "holding stock", "money", 0),
    ("lost_sales", "lost sales", "money", 0),
    ("waste", "waste", "money", 0),
    ("overtime", "overtime", "money", 0),
    ("purchase", "dearer sources", "money", 0),
    ("co2", "CO₂", "money", 0),
    ("fill_rate", "fill rate", "%", 2),
    ("in_stock_rate", "in stock", "%", 2),
    ("inventory_turns", "turns a year", "", 1),
    ("days_of_cover", "days of cover", "", 1),
    ("vehicle_fill", "vehicle fill", "%", 1),
    ("emergency_share", "emergency share", "%", 2),
    ("plan_changes", "plan changes", "%", 0),
    ("seconds_per_review", "seconds per plan", "", 2),
)
Measures = dict[str, dict[str, float | None]]


def lines(summary: dict[str, Any], folder: str) -> list[str]:
    """A table per age of information, the differences in cost, and what older information costs."""
    found = summary["results"]
    head = f"{summary['days']} days of {summary['truth']}, {summary['done']} of {summary['cells']} simulated"
    text = [bold(head)]
    for delay in summary["delays"]:
        text += _table([one for one in found if one["delay"] == delay], delay, summary["currency"])
    text += [line for one in summary["differences"] for line in _difference(one, summary["currency"])]
    text += _delays(summary)
    return [*text, "", f"  kept in {folder}"]


def _table(results: list[dict[str, Any]], delay: int, currency: str) -> list[str]:
    if not results:
        return []
    count = min(one["replications"] for one in results)
    rows = [
        "",
        f"  {_age(delay)}, {count} replications",
        f"  {'':<18}" + "".join(f"{one['policy']:>16}" for one in results),
    ]
    for name, words, unit, decimals in SHOWN:
        values = [one["metrics"].get(name, {}).get("mean") for one in results]
        if any(value for value in values):
            label = f"{words} [{currency}]" if name == "total_cost" else words
            rows.append(
                f"  {label:<18}" + "".join(f"{_value(value, unit, decimals):>16}" for value in values)
            )
    return rows


def _difference(one: dict[str, Any], currency: str) -> list[str]:
    cost, fill = one["metrics"]["total_cost"], one["metrics"]["fill_rate"]
    if cost["mean"] is None:
        return []
    share = "" if cost["relative"] is None else f" ({100 * cost['relative']:+.1f} %)"
    limits = "" if cost["low"] is None else f", 95 % interval {cost['low']:+,.0f} … {cost['high']:+,.0f}"
    sure = "" if cost["low"] is None or cost["low"] * cost["high"] > 0 else ": not proven"
    service = "" if fill["mean"] is None else f"; fill rate {100 * fill['mean']:+.2f} points"
    who = f"{one['policy']} against {one['baseline']}, {_age(one['delay'])}"
    return ["", f"  {who}: {cost['mean']:+,.0f} {currency}{share}{limits}{sure}{service}"]


def _delays(summary: dict[str, Any]) -> list[str]:
    rows = []
    for one in summary["cost_of_delay"]:
        day, money = one["per_day"], summary["currency"]
        if day["mean"] is not None:
            limits = "" if day["low"] is None else f", 95 % interval {day['low']:+,.0f} … {day['high']:+,.0f}"
            rows.append(
                f"  {one['policy']}: {_age(one['delay'])} costs {day['mean']:+,.0f} {money} per day of age{limits}"
            )
    return ["", *rows] if rows else []


def _age(delay: int) -> str:
    return "fresh information" if delay == 0 else f"information {delay} {'day' if delay == 1 else 'days'} old"


def _value(value: float | None, unit: str, decimals: int) -> str:
    if value is None:
        return "–"
    if unit == "%":
        return f"{100 * value:.{decimals}f} %"
    return f"{value:,.{decimals}f}"
