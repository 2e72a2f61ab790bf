"""The value of coordination, with the part where joint planning is not worth it."""

import pandas as pd

from planner.plan.causes import CAUSES
from planner.report.charts.bars import differences, lying_height
from planner.report.charts.waterfall import waterfall
from planner.report.coordination import NOTICEABLE, Coordination, conclude, dearer, places
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.words import number, part_of, signed, some

MOST_PLACES = 30
NOUNS = {"location_id": "location", "category": "category"}


def coordination(m: Material) -> Section | None:
    """Joint against the better baseline: per cause, per location, per category."""
    value = conclude(m)
    if value is None:
        return None
    charts, sentences = [_causes(m, value)], [value.sentence, _not_worth(value)]
    for by in NOUNS:
        table = places(m, by)
        if table is not None:
            charts.append(_places(m, value, by, table))
            sentences.append(_where(by, table, value))
    return Section("coordination", "The value of coordination", tuple(sentences), charts=tuple(charts))


def _not_worth(value: Coordination) -> str:
    change = pd.Series({CAUSES[cause]: money for cause, money in value.changes.items()}, dtype=float)
    more = dearer(change, value.total)
    return (
        f"Where it is not worth it: joint planning costs more in {some(more)}."
        if more
        else "There is no cause in which joint planning costs more."
    )


def _where(by: str, table: pd.DataFrame, value: Coordination) -> str:
    more, all_of = dearer(table["difference"], value.total), len(table)
    plural = "locations" if by == "location_id" else "categories"
    if not more:
        return f"There is no {NOUNS[by]} that costs noticeably more with joint planning."
    cost = "costs" if len(more) == 1 else "cost"
    return f"Seen alone, {len(more)} of {all_of} {plural} {cost} more with joint planning: {some(more)}."


def _causes(m: Material, value: Coordination) -> Chart:
    change = steps(value)
    first, last = (value.way, value.total), ("joint planning", value.total - value.saved)
    labels = [
        number(value.total),
        *(signed(number(money)) for money in change.values()),
        number(value.total - value.saved),
    ]
    title = f"From {value.way} to joint planning, per cause [{m.currency}]"
    summary = f"{title}. {value.sentence}"
    rows: list[tuple[str, float, float, float, float | None]] = []
    for cause, money in value.changes.items():
        before = value.before[cause]
        rows.append((CAUSES[cause], before, before + money, money, money / before if before else None))
    rows.append(("total", value.total, value.total - value.saved, -value.saved, -value.share))
    columns = (
        Column("cause"), Column(value.way, "money"), Column("joint planning", "money"), Column("difference", "money"),
        Column("of it", "percent"),
    )  # fmt: skip
    option = waterfall(summary, first, list(change.items()), last, labels)
    return Chart(
        "chart-coordination",
        title,
        summary,
        option,
        Table(title, columns, tuple(rows)),
        "money",
        lying_height(len(change) + 2),
        note="The axis does not begin at zero.",
    )


def steps(value: Coordination) -> dict[str, float]:
    """Changes per cause, the largest saving first; those too small to be seen together."""
    small = NOTICEABLE * value.total
    large = {CAUSES[cause]: money for cause, money in value.changes.items() if abs(money) > small}
    found = dict(sorted(large.items(), key=lambda pair: pair[1]))
    rest = -value.saved - sum(found.values())
    return found | ({"other causes": rest} if len(large) < len(value.changes) else {})


def _places(m: Material, value: Coordination, by: str, table: pd.DataFrame) -> Chart:
    noun = NOUNS[by]
    shown = (
        table
        if len(table) <= MOST_PLACES
        else pd.concat([table.head(MOST_PLACES // 2), table.tail(MOST_PLACES // 2)])
    )
    money = shown["difference"].tolist()
    title = f"Joint planning minus {value.way}, by {noun} [{m.currency}]"
    summary = (
        f"{title}: bars to the left are savings, bars to the right extra cost. {_where(by, table, value)}"
    )
    rows = tuple(
        (str(name), float(row["before"]), float(row["after"]), float(row["difference"]), _share(row))
        for name, row in table.iterrows()
    )
    columns = (
        Column(noun), Column(value.way, "money"), Column("joint planning", "money"), Column("difference", "money"),
        Column("of it", "percent"),
    )  # fmt: skip
    option = differences(
        summary, [str(name) for name in shown.index], money, [signed(number(amount)) for amount in money]
    )
    return Chart(
        f"chart-coordination-{noun}",
        title,
        summary,
        option,
        Table(title, columns, rows),
        "money",
        lying_height(len(shown)),
        half=True,
        note=part_of(len(shown), len(table)),
    )


def _share(row: "pd.Series[float]") -> float | None:
    return float(row["difference"] / row["before"]) if row["before"] else None
