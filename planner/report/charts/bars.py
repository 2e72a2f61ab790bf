"""Bars: per name (lying, so that names can be read) and per day (standing)."""

from collections.abc import Mapping, Sequence
from typing import Any

from planner.report.charts.style import (
    ACCENT,
    BAD,
    GOOD,
    INK,
    TOP,
    Option,
    categories,
    chart,
    colour,
    legend,
    responsive,
    values,
)

Numbers = Sequence[float | None]
ROW = 27  # pixels per lying bar


def lying_height(rows: int, *, legend: bool = False) -> int:
    """Pixels of a chart of so many lying bars."""
    return max(150, ROW * rows + 44 + (TOP if legend else 0))


def lying(
    description: str,
    names: Sequence[str],
    series: Mapping[str, Numbers],
    labels: Sequence[str] = (),
    room: int = 76,
) -> Option:
    """One bar per name, the first on top; of several series each is stacked on the one before.

    `labels` stand right of the bars and have `room` [pixels].
    """
    return responsive(_lying(description, names, series, labels, room), list(series))


def _lying(
    description: str,
    names: Sequence[str],
    series: Mapping[str, Numbers],
    labels: Sequence[str] = (),
    room: int = 76,
) -> Option:
    bars = _stacked(series, 20)
    if labels:
        bars[-1]["data"] = [
            {"value": value, "label": {"show": True, "position": "right", "formatter": text, "color": INK}}
            for value, text in zip(list(series.values())[-1], labels, strict=True)
        ]
    option = chart(
        description,
        legend=legend(list(series)),
        xAxis=values(),
        yAxis=categories(names, inverse=True),
        series=bars,
    )
    option["grid"] |= {"right": room if labels else 24}
    return option


def differences(description: str, names: Sequence[str], numbers: Numbers, labels: Sequence[str]) -> Option:
    """Bars to the left (less) and to the right (more) of nothing."""
    option = _lying(description, names, {"difference": numbers})
    option["series"][0]["data"] = [
        {
            "value": value,
            "itemStyle": {"color": BAD if (value or 0.0) > 0 else GOOD},
            "label": {
                "show": True,
                "position": "right" if (value or 0.0) > 0 else "left",
                "formatter": text,
                "color": INK,
            },
        }
        for value, text in zip(numbers, labels, strict=True)
    ]
    reach = max((abs(value or 0.0) for value in numbers), default=0.0)
    ends = [0.0, *(value or 0.0 for value in numbers)]
    low, high = min(ends), max(ends)
    option["xAxis"] |= {
        "min": _room(low, reach),
        "max": _room(high, reach),
        "axisLabel": {"show": False},
        "splitLine": {"show": False},
    }
    option["yAxis"] |= {"axisLine": {"show": False}}
    option["series"][0]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": INK, "type": "solid", "width": 1},
        "data": [{"xAxis": 0}],
    }
    return responsive(option, [])


def _room(end: float, reach: float) -> float:
    """Room for a label beyond the longest bar."""
    return end + (0.35 * reach if end > 0 else -0.35 * reach if end < 0 else 0.0)


def standing(description: str, days: Sequence[str], series: Mapping[str, Numbers], unit: str = "") -> Option:
    """Bars per day, stacked."""
    option = chart(
        description,
        legend=legend(list(series)),
        xAxis=categories(days, axisLabel={"color": INK, "fontSize": 12, "hideOverlap": True}),
        yAxis=values(unit),
        series=_stacked(series, 40),
    )
    return responsive(option, list(series))


def _stacked(series: Mapping[str, Numbers], width: int) -> list[dict[str, Any]]:
    """Bars of at most so many pixels, each series on the one before."""
    return [
        {
            "type": "bar",
            "name": name,
            "stack": "all",
            "barMaxWidth": width,
            "itemStyle": {"color": colour(place)},
            "data": list(numbers),
        }
        for place, (name, numbers) in enumerate(series.items())
    ]


def against_target(description: str, names: Sequence[str], numbers: Numbers, targets: Numbers) -> Option:
    """Lying bars of shares, each with the mark that it should reach."""
    shares = [*(value for value in (*numbers, *targets) if value is not None)]
    low = max(0.0, min(shares, default=0.0) - 0.02)
    option = _lying(description, names, {"plan": numbers})
    option["series"][0]["itemStyle"] = {"color": ACCENT}
    option["series"].append(
        {
            "type": "scatter",
            "name": "target",
            "symbol": "rect",
            "symbolSize": [4, 24],
            "itemStyle": {"color": INK},
            "data": [[target, place] for place, target in enumerate(targets) if target is not None],
        }
    )
    option["legend"] = legend(["plan", "target"])
    option["xAxis"] |= {"min": int(20 * low) / 20, "max": 1.0, "interval": 0.05 if low > 0.6 else 0.25}
    return responsive(option, ["plan", "target"])
