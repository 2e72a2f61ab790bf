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
    ("plans", "plans made", "", 0),
    ("seconds_per_review", "seconds per plan", "", 2),
)
Measures = dict[str, dict[str, float | None]]


def lines(summary: dict[str, Any], folder: str) -> list[str]:
    """A table per age of information and trigger, the differences, and what older information costs."""
    found, currency = summary["results"], summary["currency"]
    head = f"{summary['days']} days of {summary['truth']}{_shocks(summary)}, {summary['done']} of {summary['cells']} simulated"
    text = [bold(head)]
    for delay in summary["delays"]:
        for trigger in summary["triggers"]:
            rows = [one for one in found if one["delay"] == delay and one["trigger"] == trigger]
            text += _table(rows, _setting(delay, trigger, summary), currency)
    for one in summary["differences"]:
        where = _setting(one["delay"], one["trigger"], summary)
        text += _difference(one, f"{one['policy']} against {one['baseline']}, {where}", currency)
    for one in summary["trigger_differences"]:
        who = f"{one['policy']}, {one['trigger']} against {one['baseline']}, {_age(one['delay'])}"
        text += _difference(one, who, currency) + _lost(one, currency)
    text += _delays(summary)
    return [*text, "", f"  kept in {folder}"]


def _shocks(summary: dict[str, Any]) -> str:
    looked = ", shifts of demand detected" if summary["detects"] else ""
    if summary["events"]:
        return f" with {summary['events']} events{looked}"
    many = f" with {summary['shocks_per_week']:g} shocks a week" if summary["shocks_per_week"] else ""
    return many + looked


def _setting(delay: int, trigger: str, summary: dict[str, Any]) -> str:
    if trigger == "review":
        return _age(delay)
    return f"{trigger}, {summary['response_hours'][trigger]:g} h to respond, {_age(delay)}"


def _table(results: list[dict[str, Any]], setting: str, currency: str) -> list[str]:
    if not results:
        return []
    count = min(one["replications"] for one in results)
    rows = [
        "",
        f"  {setting}, {count} replications",
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


def _difference(one: dict[str, Any], who: str, currency: str) -> list[str]:
    cost, fill = one["metrics"]["total_cost"], one["metrics"]["fill_rate"]
    if cost["mean"] is None:
        return []
    service = "" if fill["mean"] is None else f"; fill rate {100 * fill['mean']:+.2f} points"
    return ["", f"  {who}: {_money(cost, currency)}{service}"]


def _lost(one: dict[str, Any], currency: str) -> list[str]:
    """What triggers are there for: sales that are not lost, and what it takes."""
    lost, share, plans = (
        one["metrics"].get(name) for name in ("lost_sales", "emergency_share", "cases_changed")
    )
    if not lost or lost["mean"] is None:
        return []
    more = (
        "" if not share or share["mean"] is None else f"; emergency share {100 * share['mean']:+.2f} points"
    )
    more += "" if not plans or plans["mean"] is None else f"; {plans['mean']:+,.0f} cases changed in plans"
    return [f"    lost sales {_money(lost, currency)}{more}"]


def _money(difference: dict[str, float | None], currency: str) -> str:
    mean, low, high, relative = (difference[name] for name in ("mean", "low", "high", "relative"))
    share = "" if relative is None else f" ({100 * relative:+.1f} %)"
    if low is None or high is None:
        return f"{mean:+,.0f} {currency}{share}"
    sure = "" if low * high > 0 else ": not proven"
    return f"{mean:+,.0f} {currency}{share}, 95 % interval {low:+,.0f} … {high:+,.0f}{sure}"


def _delays(summary: dict[str, Any]) -> list[str]:
    rows = []
    for one in summary["cost_of_delay"]:
        day, money = one["per_day"], summary["currency"]
        if day["mean"] is not None:
            limits = "" if day["low"] is None else f", 95 % interval {day['low']:+,.0f} … {day['high']:+,.0f}"
            who = f"{one['policy']}{_on(one['trigger'])}"
            rows.append(
                f"  {who}: {_age(one['delay'])} costs {day['mean']:+,.0f} {money} per day of age{limits}"
            )
    return ["", *rows] if rows else []


def _on(trigger: str) -> str:
    return "" if trigger == "review" else f", {trigger}"


def _age(delay: int) -> str:
    return "fresh information" if delay == 0 else f"information {delay} {'day' if delay == 1 else 'days'} old"


def _value(value: float | None, unit: str, decimals: int) -> str:
    if value is None:
        return "–"
    if unit == "%":
        return f"{100 * value:.{decimals}f} %"
    return f"{value:,.{decimals}f}"
