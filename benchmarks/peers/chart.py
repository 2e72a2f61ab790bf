"""Seconds against item-stores as an SVG of its own: both axes logarithmic, so that linear growth is a line of slope 1."""

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from benchmarks.peers.record import Run
from benchmarks.peers.table import ended

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 40, 60
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9")  # told apart by colour-blind people, too
Scale = Callable[[float], float]


def chart(runs: Sequence[Run], gap: float) -> str:
    """One line per engine; a full circle where the gap was proven, a hollow one where the run ended before."""
    shown = ended(runs)
    if not shown:
        return ""
    x, wide = _scale([run.network.item_stores for run in shown], LEFT, WIDTH - RIGHT)
    y, high = _scale([max(run.seconds or 0.0, 0.01) for run in shown], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        "<title>Seconds against item-stores, per engine</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 22, f"Seconds until {100 * gap:g} % was proven (full) or the run ended (hollow)"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "item-stores", "middle"),
        *_grid(x, wide, y, high),
    ]
    for number, engine in enumerate(dict.fromkeys(run.engine for run in shown)):
        own = sorted((run for run in shown if run.engine == engine), key=lambda run: run.network.item_stores)
        parts += _line(own, x, y, COLOURS[number % len(COLOURS)], gap)
    parts += _linear(shown, x, y, wide, high)
    return "\n".join([*parts, "</svg>\n"])


def _scale(values: Sequence[float], start: float, end: float) -> tuple[Scale, tuple[int, int]]:
    """Where a value lies, and the decades at both ends."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    return lambda value: start + (math.log10(value) - low) / (high - low) * (end - start), (low, high)


def _grid(x: Scale, wide: tuple[int, int], y: Scale, high: tuple[int, int]) -> Iterator[str]:
    for decade in range(wide[0], wide[1] + 1):
        at = x(10.0**decade)
        yield f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield _text(at, HEIGHT - BOTTOM + 18, f"{10**decade:,}", "middle")
    for decade in range(high[0], high[1] + 1):
        at = y(10.0**decade)
        yield f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield _text(LEFT - 8, at + 4, f"{10.0**decade:,g} s", "end")


def _line(own: Sequence[Run], x: Scale, y: Scale, colour: str, gap: float) -> Iterator[str]:
    points = [(x(run.network.item_stores), y(max(run.seconds or 0.0, 0.01))) for run in own]
    path = " ".join(f"{across:.1f},{up:.1f}" for across, up in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    for run, (across, up) in zip(own, points, strict=True):
        fill = colour if run.gap is not None and run.gap <= gap else "white"
        about = f"{run.engine}, {run.network.name}: {run.seconds or 0.0:.1f} s, gap {run.gap or 0.0:.2%}"
        yield (
            f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5">'
            f"<title>{escape(about)}</title></circle>"
        )
    across, up = points[-1]
    yield _text(across + 9, up + 4, own[-1].engine, colour=colour)


def _linear(
    shown: Sequence[Run], x: Scale, y: Scale, wide: tuple[int, int], high: tuple[int, int]
) -> Iterator[str]:
    """A dashed line of linear growth through the smallest instance of the first engine."""
    first = min(
        (run for run in shown if run.engine == shown[0].engine), key=lambda run: run.network.item_stores
    )
    start, seconds = float(first.network.item_stores), max(first.seconds or 0.0, 0.01)
    end = min(10.0 ** wide[1], start * 10.0 ** high[1] / seconds)
    yield (
        f'<path d="M{x(start):.1f} {y(seconds):.1f}L{x(end):.1f} {y(seconds * end / start):.1f}" '
        'stroke="#666" stroke-dasharray="4 4" fill="none"><title>linear growth</title></path>'
    )
    yield _text(x(end) - 4, y(seconds * end / start) - 6, "linear", "end", "#666")


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
