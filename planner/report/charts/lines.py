"""Lines over days, and one figure against another."""

from collections.abc import Mapping, Sequence
from typing import Any

from planner.report.charts.bars import Numbers
from planner.report.charts.style import (
    ACCENT,
    BAD,
    INK,
    MUTED,
    Option,
    categories,
    chart,
    colour,
    legend,
    responsive,
    values,
)

_DASHES = ("solid", "dashed", "dotted")
_END = {"width": 1, "type": "dotted", "opacity": 0.8}  # of an interval
_SYMBOLS = ("circle", "rect", "triangle", "diamond")


def over_days(
    description: str,
    days: Sequence[str],
    series: Mapping[str, Numbers],
    unit: str = "",
    *,
    stacked: bool = False,
) -> Option:
    """A line per series; stacked ones as areas."""
    lines = []
    for place, (name, numbers) in enumerate(series.items()):
        line: dict[str, Any] = {"type": "line", "name": name, "data": list(numbers)}
        line |= {"symbol": _SYMBOLS[place % 4], "symbolSize": 6, "itemStyle": {"color": colour(place)}}
        line["lineStyle"] = {"width": 2, "type": "solid" if stacked else _DASHES[place % 3]}
        lines.append(line | ({"stack": "all", "areaStyle": {"opacity": 0.75}} if stacked else {}))
    option = chart(
        description,
        tooltip={"trigger": "axis", "confine": True},
        legend=legend(list(series)),
        xAxis=categories(
            days, axisLabel={"color": INK, "fontSize": 12, "hideOverlap": True}, boundaryGap=not stacked
        ),
        yAxis=values(unit),
        series=lines,
    )
    return responsive(option, list(series))


def trade_off(
    description: str, points: Sequence[tuple[float, float, str]], names: tuple[str, str], marked: int | None
) -> Option:
    """A line through points (x, y, what is written at it); the marked one stands out."""
    data = [
        {
            "value": [x, y],
            "name": text,
            "symbolSize": 15 if place == marked else 9,
            "itemStyle": {"color": BAD if place == marked else ACCENT},
            "label": {"show": True, "formatter": "{b}", "position": "top", "color": INK, "fontSize": 12},
        }
        for place, (x, y, text) in enumerate(points)
    ]
    series = {
        "type": "line",
        "data": data,
        "lineStyle": {"color": ACCENT, "width": 2},
    }
    option = chart(
        description,
        tooltip={"show": False},
        xAxis=values(
            names[0], scale=True, kind="percent", nameLocation="middle", nameGap=28, axisLine={"show": False}
        ),
        yAxis=values(
            names[1],
            scale=True,
            nameTextStyle={"align": "left", "color": MUTED, "fontSize": 12},
            axisLine={"show": False},
        ),
        series=[series],
    )
    option["grid"] |= {"bottom": 24, "right": 40, "left": 8, "top": 34}
    return option


def with_intervals(
    description: str,
    x: Sequence[float],
    series: Mapping[str, Sequence[tuple[float | None, float | None, float | None]]],
    names: tuple[str, str],
) -> Option:
    """Means with the ends of their intervals: (mean, low, high) at each x of each series."""
    lines: list[dict[str, Any]] = []
    for place, (name, points) in enumerate(series.items()):
        for end, style in ((0, {"width": 2, "type": _DASHES[place % 3]}), (1, _END), (2, _END)):
            line: dict[str, Any] = {
                "type": "line",
                "name": name,
                "data": [[at, point[end]] for at, point in zip(x, points, strict=True)],
            }
            line |= {"lineStyle": {**style, "color": colour(place)}, "itemStyle": {"color": colour(place)}}
            lines.append(
                line | ({"symbol": _SYMBOLS[place % 4], "symbolSize": 7} if end == 0 else {"symbol": "none"})
            )
    option = chart(
        description,
        tooltip={"trigger": "item", "confine": True},
        legend=legend(list(series)),
        xAxis=values(
            names[0],
            nameLocation="middle",
            nameGap=28,
            minInterval=1,
            kind="number",
            axisLine={"show": False},
        ),
        yAxis=values(names[1], nameTextStyle={"align": "left", "color": MUTED, "fontSize": 12}),
        series=lines,
    )
    option["grid"] |= {"bottom": 24, "left": 8}
    return responsive(option, list(series), more=22)  # for the name of the axis
