"""From one total to another, cause by cause."""

from collections.abc import Sequence

from planner.report.charts.style import ACCENT, BAD, GOOD, INK, MUTED, Option, categories, chart, values


def waterfall(
    description: str,
    first: tuple[str, float],
    changes: Sequence[tuple[str, float]],
    last: tuple[str, float],
    labels: Sequence[str],
) -> Option:
    """Lying bars: the first total, what is added or taken away, the last total. `labels` has a text for each.

    The axis begins near the smallest running total, otherwise small changes of large totals could not be seen.
    """
    names = [first[0], *(name for name, _ in changes), last[0]]
    running, floors, heights, colours = first[1], [0.0], [first[1]], [ACCENT]
    for _, change in changes:
        floors.append(min(running, running + change))
        heights.append(abs(change))
        colours.append(BAD if change > 0 else GOOD)
        running += change
    floors.append(0.0)
    heights.append(last[1])
    colours.append(ACCENT)
    tops = [floor + height for floor, height in zip(floors, heights, strict=True)]
    low, high = min([*floors[1:-1], first[1], last[1]]), max(tops)
    start = max(0.0, low - 0.5 * (high - low)) if high > low else 0.0
    option = chart(
        description,
        tooltip={"show": False},
        xAxis=values(
            min=start, max=high + 0.25 * (high - start), axisLabel={"show": False}, splitLine={"show": False}
        ),
        yAxis=categories(names, inverse=True, axisLine={"lineStyle": {"color": MUTED}}),
        series=[
            {
                "type": "bar",
                "stack": "all",
                "silent": True,
                "itemStyle": {"color": "transparent"},
                "data": floors,
            },
            {
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 22,
                "data": [
                    {
                        "value": height,
                        "itemStyle": {"color": tint},
                        "label": {"show": True, "position": "right", "formatter": text, "color": INK},
                    }
                    for height, tint, text in zip(heights, colours, labels, strict=True)
                ],
            },
        ],
    )
    option["aria"]["decal"]["show"] = False
    option["grid"]["top"] = 4
    return option
