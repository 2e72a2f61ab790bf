"""What all charts have in common: colours that differ for everybody, patterns, and a description to be read aloud."""

from collections.abc import Sequence
from typing import Any

Option = dict[str, Any]

INK, MUTED, LINE = "#1d2b36", "#566573", "#d8dfe5"
ACCENT, GOOD, BAD = "#1f5f8b", "#1b7f79", "#b5541c"
# Paul Tol's "muted", darkened where text or thin lines would vanish on white.
COLOURS = ("#1f5f8b", "#d98c3f", "#1b7f79", "#8a5a9e", "#b5423c", "#7a7f2a", "#5aa0c8", "#9c6b4f", "#6f7b86")
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif'  # as the page: it is measured
TOP = 40  # pixels for a legend of one line
# Charts up to a width have room for a legend and for names of at least so much; 0 = any width [pixels]
WIDTHS = ((760, 520, 150), (430, 330, 120), (0, 1000, 240))
_LIGHT = "rgba(255, 255, 255, 0.42)"
_DECALS: tuple[Option, ...] = (
    {"symbol": "none"},
    {"color": _LIGHT, "dashArrayX": [1, 0], "dashArrayY": [2, 5], "rotation": -0.785},
    {
        "color": _LIGHT,
        "symbol": "circle",
        "symbolSize": 0.55,
        "dashArrayX": [[7, 7], [0, 7, 7, 0]],
        "dashArrayY": [7, 0],
    },
    {"color": _LIGHT, "dashArrayX": [1, 0], "dashArrayY": [2, 5], "rotation": 0.785},
    {"color": _LIGHT, "dashArrayX": [1, 0], "dashArrayY": [3, 6], "rotation": 1.571},
    {
        "color": _LIGHT,
        "symbol": "triangle",
        "symbolSize": 0.7,
        "dashArrayX": [[8, 8], [0, 8, 8, 0]],
        "dashArrayY": [8, 2],
    },
)


def colour(number: int) -> str:
    """The colour of the n-th thing."""
    return COLOURS[number % len(COLOURS)]


def chart(description: str, **parts: Any) -> Option:
    """An option with what every chart has; `description` is what a screen reader says."""
    return {
        "animation": False,
        "color": list(COLOURS),
        "textStyle": {"fontFamily": FONT, "color": INK},
        "aria": {
            "enabled": True,
            "label": {"enabled": True, "description": description},
            "decal": {"show": True, "decals": [dict(decal) for decal in _DECALS]},
        },
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "grid": {"left": 4, "right": 16, "top": TOP, "bottom": 4, "outerBoundsMode": "same"},
        **parts,
    }


def legend(names: Sequence[str], **parts: Any) -> Option:
    """The names of series above the chart; with one series there is nothing to tell apart."""
    return {
        "show": len(names) > 1,
        "data": list(names),
        "left": 0,
        "top": 0,
        "itemWidth": 18,
        "itemHeight": 12,
        "itemGap": 14,
        "textStyle": {"color": INK, "fontSize": 13},
        **parts,
    }


def categories(names: Sequence[str], **parts: Any) -> Option:
    """An axis of names."""
    return {
        "type": "category",
        "data": list(names),
        "axisLine": {"lineStyle": {"color": MUTED}},
        "axisTick": {"show": False},
        "axisLabel": {"color": INK, "fontSize": 12},
        **parts,
    }


def values(name: str = "", **parts: Any) -> Option:
    """An axis of numbers; the page writes them in the chart's unit."""
    return {
        "type": "value",
        "name": name,
        "nameTextStyle": {"color": MUTED, "fontSize": 12},
        "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": LINE}},
        "splitNumber": 4,
        **parts,
    }


def responsive(option: Option, names: Sequence[str], more: int = 0) -> Option:
    """Room for what depends on the width: above (and `more` pixels) for the legend of these names, left for categories."""
    media: list[Option] = []
    for limit, width, left in WIDTHS:
        top = more + (TOP - 22 + 22 * _legend_lines(names, width) if len(names) > 1 else 10)
        change: Option = {"grid": {"top": top}}
        if option["yAxis"]["type"] == "category":
            change["yAxis"] = {"axisLabel": {"width": left, "overflow": "break", "lineHeight": 13}}
        media.append({"query": {"maxWidth": limit}, "option": change} if limit else {"option": change})
    return {"baseOption": option, "media": media}


def _legend_lines(names: Sequence[str], width: int) -> int:
    """Lines that the legend takes in that width [pixels]."""
    lines, used = 1, 0
    for name in names:
        need = 48 + 7 * len(name)
        lines, used = (lines + 1, need) if used and used + need > width else (lines, used + need)
    return lines
