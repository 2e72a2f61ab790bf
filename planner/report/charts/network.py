"""The network: places where they are, and what flows between them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planner.report.charts.style import BAD, INK, MUTED, Option, chart, colour, legend, responsive

ASPECT = 0.92  # width ÷ height of the picture
MOST_NAMES = 40
_STEPS = 16  # straight pieces of a curve
_WIDTHS = (1.0, 2.0, 3.5, 5.5)  # pixels, by quarter of the largest flow's square root
_MARKS = {"supplier": ("diamond", 16), "dc": ("rect", 16), "store": ("circle", 9)}


@dataclass(frozen=True)
class Place:
    """A location at x, y (in any unit); `kind` decides its mark."""

    name: str
    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Arrow:
    """What goes from one place to another in a mode [kg]; `text` is shown when it is pointed at."""

    origin: str
    destination: str
    mode: str
    kg: float
    text: str


def network(
    description: str,
    places: Sequence[Place],
    arrows: Sequence[Arrow],
    named: Sequence[str] = tuple(_MARKS),
    known: Sequence[str] = (),
) -> Option:
    """Curves bend to the right of where they go, so that both directions are seen; width shows the weight.

    Kinds that are `named` have their names at the marks. A mode has the colour that it has among those that are `known`.
    """
    at = {place.name: place for place in places}
    modes = sorted({arrow.mode for arrow in arrows})
    known = known or modes
    left, right, low, high = _frame(places)
    series: list[dict[str, Any]] = []
    for mode in modes:
        number = known.index(mode)
        mine = [arrow for arrow in arrows if arrow.mode == mode]
        series += _curves(mode, number, mine, at, max(arrow.kg for arrow in arrows), 0.06 + 0.035 * number)
    series += [_marks(kind, places, kind in named) for kind in _MARKS]
    axis = {"type": "value", "show": False}
    names = [*modes, *(kind for kind in _MARKS if any(place.kind == kind for place in places))]
    option = chart(
        description,
        tooltip={"trigger": "item", "confine": True, "formatter": "{b}"},
        legend=legend(names),
        xAxis={**axis, "min": left, "max": right},
        yAxis={**axis, "min": low, "max": high},
        grid={"left": 10, "right": 10, "bottom": 10, "outerBoundsMode": "none"},
        series=series,
    )
    option["aria"]["decal"]["show"] = False  # lines have none, marks are told apart by their form
    return responsive(option, names)


def _frame(places: Sequence[Place]) -> tuple[float, float, float, float]:
    """Left, right, bottom and top with the aspect of the picture and some room at the edges."""
    xs, ys = [place.x for place in places] or [0.0], [place.y for place in places] or [0.0]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    height = max(height * 1.12, width * 1.24 / ASPECT, 1e-3)
    x, y = (
        (max(xs) + min(xs)) / 2 + 0.01 * height,
        (max(ys) + min(ys)) / 2 + 0.02 * height,
    )  # names stand right and above
    width = height * ASPECT
    return x - width / 2, x + width / 2, y - height / 2, y + height / 2


def _curves(
    mode: str, number: int, arrows: Sequence[Arrow], at: dict[str, Place], most: float, bend: float
) -> list[dict[str, Any]]:
    classes: dict[int, list[Arrow]] = {}
    for arrow in arrows:
        share = math.sqrt(arrow.kg / most) if most > 0 else 0.0
        classes.setdefault(min(3, int(4 * share)), []).append(arrow)
    return [
        {
            "type": "line",
            "name": mode,
            "symbol": "none",
            "connectNulls": False,
            "lineStyle": {"width": _WIDTHS[width], "color": colour(number), "opacity": 0.85},
            "itemStyle": {"color": colour(number)},
            "data": [point for arrow in same for point in _curve(arrow, at, bend)],
            "z": 2,
        }
        for width, same in sorted(classes.items())
    ] + [
        {
            "type": "scatter",
            "name": mode,
            "symbol": "triangle",
            "symbolSize": [8, 11],
            "itemStyle": {"color": colour(number)},
            "data": [
                {
                    "name": arrow.text,
                    "value": _curve(arrow, at, bend)[_STEPS // 2],
                    "symbolRotate": _turn(arrow, at),
                }
                for arrow in arrows
            ],
            "z": 3,
        }
    ]


def _curve(arrow: Arrow, at: dict[str, Place], bend: float) -> list[list[float | None]]:
    """Points of a parabola, then a gap."""
    one, two = at[arrow.origin], at[arrow.destination]
    x, y = (one.x + two.x) / 2 + bend * (two.y - one.y), (one.y + two.y) / 2 - bend * (two.x - one.x)
    points: list[list[float | None]] = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append([a * one.x + b * x + c * two.x, a * one.y + b * y + c * two.y])
    return [*points, [None, None]]


def _turn(arrow: Arrow, at: dict[str, Place]) -> float:
    """Degrees by which a mark that points up is turned to point where the goods go."""
    one, two = at[arrow.origin], at[arrow.destination]
    return math.degrees(math.atan2(two.y - one.y, two.x - one.x)) - 90.0


def _marks(kind: str, places: Sequence[Place], named: bool) -> dict[str, Any]:
    symbol, size = _MARKS[kind]
    mine = [place for place in places if place.kind == kind]
    return {
        "type": "scatter",
        "name": kind,
        "symbol": symbol,
        "symbolSize": size,
        "itemStyle": {
            "color": {"supplier": BAD, "dc": INK, "store": MUTED}[kind],
            "borderColor": "#fff",
            "borderWidth": 1,
        },
        "label": {
            "show": named and len(mine) <= MOST_NAMES,
            "formatter": "{b}",
            "position": "right" if kind == "store" else "top",
            "color": INK,
            "fontSize": 12,
            "fontWeight": "normal" if kind == "store" else "bold",
            "textBorderColor": "#fff",
            "textBorderWidth": 3,
        },
        "data": [{"name": place.name, "value": [place.x, place.y]} for place in mine],
        "z": 5,
    }
