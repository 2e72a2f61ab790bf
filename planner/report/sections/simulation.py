"""How policies did when days were played, what made them plan, and what late information costs."""

from operator import itemgetter
from typing import Any

from planner.report.charts.bars import lying, lying_height
from planner.report.charts.lines import with_intervals
from planner.report.material import Material
from planner.report.page import Chart, Column, Kind, Section, Table
from planner.report.words import POLICIES, counted, number, percent, shown

TRIGGERS = {"weekly": "every week", "daily": "every day", "event": "every week and on events"}
METRICS: tuple[tuple[str, str, Kind], ...] = (
    ("total_cost", "cost", "money"),
    ("fill_rate", "fill rate", "percent"),
    ("in_stock_rate", "in-stock rate", "percent"),
    ("inventory_turns", "turns", "number"),
    ("days_of_cover", "days of cover", "number"),
    ("holding", "holding", "money"),
    ("freight", "freight", "money"),
    ("emergency_share", "emergency share", "percent"),
    ("vehicle_fill", "vehicle fill", "percent"),
    ("lost_sales", "lost sales", "money"),
    ("waste", "waste", "money"),
    ("plan_changes", "plan changes", "number"),
)


def simulation(m: Material) -> Section | None:
    """Means with 95 % intervals, paired differences, and the cost of delay."""
    if m.simulation is None:
        return None
    s, currency = m.simulation, m.simulation.get("currency") or m.currency
    sentences = [_setting(m, s), *(_difference(row, currency) for row in s.get("differences", []))]
    sentences += [_trigger(row, currency) for row in s.get("trigger_differences", [])]
    sentences += [_delay(row, currency) for row in latest(s)]
    charts = [_costs(s, currency)] if s["results"] else []
    delays = _delays(s, currency)
    charts += [delays] if delays else []
    return Section(
        "simulation", "Played day by day, and the cost of delay", tuple(sentences), charts=tuple(charts)
    )


def latest(s: dict[str, Any]) -> list[dict[str, Any]]:
    """Of each policy and trigger the cost of the longest delay."""
    rows = sorted((row for row in s.get("cost_of_delay", []) if row["delay"]), key=lambda row: row["delay"])
    return list({who(row): row for row in rows}.values())


def who(row: dict[str, Any]) -> str:
    """A policy, and what makes it plan where that was asked."""
    trigger = row.get("trigger", "review")
    return name_of(row["policy"]) + ("" if trigger == "review" else f", {TRIGGERS[trigger]}")


def name_of(policy: str) -> str:
    """What a policy is called."""
    return POLICIES.get(policy, policy)


def _setting(m: Material, s: dict[str, Any]) -> str:
    truth = (
        "the history of sales" if s.get("truth") == "history" else "drawn demand, the same for all policies"
    )
    played = f"{counted(int(s['days']), 'day')} were played {counted(int(s['replications']), 'time')}"
    if s.get("events") or s.get("shocks_per_week"):
        many = (
            f"{counted(s['events'], 'event')}" if s["events"] else f"{s['shocks_per_week']:g} shocks a week"
        )
        truth += f" and {many}"
    text = f"{played} against {truth}; each policy knew only what was known by then."
    if s.get("input_hash") not in (None, m.run.record.input_hash):
        text += " They were played on other tables than those of the plan of this report."
    return text


def interval(figure: dict[str, Any], kind: Kind) -> str:
    """A mean with the ends of its interval."""
    text = shown(figure.get("mean"), kind)
    low, high = figure.get("low"), figure.get("high")
    return text if low is None or high is None else f"{text} ({shown(low, kind)} to {shown(high, kind)})"


def _difference(row: dict[str, Any], currency: str) -> str:
    one, two = who(row), who({**row, "policy": row["baseline"]})
    return _compared(row, one, two, currency)


def _trigger(row: dict[str, Any], currency: str) -> str:
    """Cost, and what events are answered for: sales that are not lost."""
    one, two = who(row), who({**row, "trigger": row["baseline"]})
    lost = row["metrics"].get("lost_sales")
    text = _compared(row, one, two, currency)
    if not lost or lost["mean"] is None:
        return text
    word = "less" if lost["mean"] < 0 else "more"
    return f"{text} It loses sales worth {number(abs(lost['mean']))} {currency} {word}: {_between(lost, currency)}."


def _compared(row: dict[str, Any], one: str, two: str, currency: str) -> str:
    cost = row["metrics"]["total_cost"]
    late = f" with information {counted(int(row['delay']), 'day')} old" if row.get("delay") else ""
    between = _between(cost, currency)
    if _may_be_nothing(cost):
        return f"Played{late}, {one} and {two} are not shown to differ in cost: {between}."
    relative = "" if cost.get("relative") is None else f" ({percent(abs(cost['relative']))})"
    word = "less" if cost["mean"] < 0 else "more"
    return f"Played{late}, {one} costs {number(abs(cost['mean']))} {currency}{relative} {word} than {two}: {between}."


def _delay(row: dict[str, Any], currency: str) -> str:
    extra = row["extra"]
    what = f"Information {counted(int(row['delay']), 'day')} old costs {who(row)}"
    if _may_be_nothing(extra):
        return f"{what} nothing that could be shown: {_between(extra, currency)}."
    per_day = f"{number(row['per_day']['mean'])} per day of delay"
    return f"{what} {number(extra['mean'])} {currency}, {per_day}: {_between(extra, currency)}."


def _may_be_nothing(figure: dict[str, Any]) -> bool:
    """Whether the interval has zero in it; there is none after a single replication."""
    return figure["low"] is not None and figure["low"] <= 0 <= figure["high"]


def _between(figure: dict[str, Any], currency: str) -> str:
    if figure["low"] is None:
        return "played once, so that there is no interval"
    return (
        f"95\u00a0% interval of the difference {number(figure['low'])} to {number(figure['high'])} {currency}"
    )


def _costs(s: dict[str, Any], currency: str) -> Chart:
    several = len({row["delay"] for row in s["results"]}) > 1
    names = [who(row) + (f", {row['delay']} d late" if several else "") for row in s["results"]]
    means = [row["metrics"]["total_cost"]["mean"] for row in s["results"]]
    labels = [number(mean) for mean in means]
    summary = f"Mean cost of each policy, played over {counted(int(s['days']), 'day')}: " + ", ".join(
        f"{name} {label}" for name, label in zip(names, labels, strict=True)
    )
    metrics = [metric for metric in METRICS if any(metric[0] in row["metrics"] for row in s["results"])]
    contenders, delays = (
        list(dict.fromkeys(of(row) for row in s["results"])) for of in (who, itemgetter("delay"))
    )
    found = {(who(row), row["delay"]): row["metrics"] for row in s["results"]}
    rows = tuple(
        (
            words + (f", {delay} d late" if several else ""),
            *(interval(found.get((one, delay), {}).get(key) or {}, kind) for one in contenders),
        )
        for key, words, kind in metrics
        for delay in delays
    )
    columns = (Column("figure"), *(Column(one, "number") for one in contenders))
    table = Table(f"Means and 95\u00a0% intervals [money in {currency}]", columns, rows)
    option = lying(summary, names, {"cost": means}, labels)
    return Chart(
        "chart-simulation",
        f"Cost when played [{currency}]",
        summary,
        option,
        table,
        "money",
        lying_height(len(names)),
    )


def _delays(s: dict[str, Any], currency: str) -> Chart | None:
    rows = sorted(s.get("cost_of_delay", []), key=lambda row: row["delay"])
    days = sorted({row["delay"] for row in rows})
    if not rows:
        return None
    series = {}
    for one in dict.fromkeys(who(row) for row in rows):
        extra = {row["delay"]: row["extra"] for row in rows if who(row) == one}
        if set(days) <= extra.keys():
            series[one] = [(extra[day]["mean"], extra[day]["low"], extra[day]["high"]) for day in days]
    first = min(row["delay"] for row in s["results"])  # the others are compared with it
    days = [first, *days]
    series = {name: [(0.0, 0.0, 0.0), *points] for name, points in series.items()}
    summary = "Extra cost of planning with information that is so many days old; dotted lines are the 95\u00a0% interval."
    columns = (Column("policy"), Column("days late", "whole"), Column("extra cost"), Column("per day late"))
    cells = tuple(
        (
            who(row),
            row["delay"],
            interval(row["extra"], "money"),
            interval(row["per_day"], "money"),
        )
        for row in rows
    )
    option = with_intervals(
        summary, days, series, ("days that information is old", f"extra cost [{currency}]")
    )
    table = Table(f"Cost of delay [{currency}]", columns, cells)
    return Chart("chart-delay", f"The cost of delay [{currency}]", summary, option, table, "money", 340)
