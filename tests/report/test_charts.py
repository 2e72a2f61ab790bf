"""Charts from data, where what is drawn can be wrong: floors of a waterfall, directions on a map, room for a legend."""

import math

import pytest

from planner.report.charts.bars import against_target, differences
from planner.report.charts.network import Arrow, Place, network
from planner.report.charts.style import BAD, GOOD, chart, responsive, values
from planner.report.charts.waterfall import waterfall


def test_the_bars_of_a_waterfall_stand_on_each_other() -> None:
    # 100 − 30 = 70, + 10 = 80: the saving hangs from 70 to 100, the extra cost stands from 70 to 80
    option = waterfall(
        "", ("before", 100.0), [("freight", -30.0), ("stock", 10.0)], ("after", 80.0), ["a", "b", "c", "d"]
    )
    floors, bars = option["series"]
    assert floors["data"] == [0.0, 70.0, 70.0, 0.0]
    assert [bar["value"] for bar in bars["data"]] == [100.0, 30.0, 10.0, 80.0]
    assert [bar["itemStyle"]["color"] for bar in bars["data"]][1:3] == [GOOD, BAD]
    # the smallest running total is 70, the largest 100: the axis begins half of the difference below
    assert option["xAxis"]["min"] == pytest.approx(70.0 - 0.5 * 30.0)


def test_savings_and_extra_costs_have_their_colours_and_room_for_labels() -> None:
    option = differences("", ["a", "b"], [20.0, -80.0], ["+20", "−80"])["baseOption"]
    assert [bar["itemStyle"]["color"] for bar in option["series"][0]["data"]] == [BAD, GOOD]
    # 35 % of the longest bar, 80, on either side
    assert (option["xAxis"]["min"], option["xAxis"]["max"]) == (
        pytest.approx(-80 - 28),
        pytest.approx(20 + 28),
    )


def test_targets_lie_at_their_rows() -> None:
    option = against_target("", ["a", "b"], [0.97, 0.91], [0.95, None])["baseOption"]
    assert option["series"][1]["data"] == [[0.95, 0]]
    assert option["xAxis"]["min"] == pytest.approx(0.85)  # a round number below 0.91 − 0.02


def test_a_flow_begins_and_ends_at_its_places_and_its_mark_points_the_way() -> None:
    places = [Place("A", "supplier", 0.0, 0.0), Place("B", "store", 2.0, 0.0)]
    there, back = Arrow("A", "B", "truck", 100.0, "there"), Arrow("B", "A", "truck", 1.0, "back")
    option = network("", places, [there, back])["baseOption"]
    lines = [series for series in option["series"] if series["type"] == "line"]
    thin, thick = lines
    assert thick["data"][0] == [0.0, 0.0]
    assert thick["data"][-2:] == [[2.0, 0.0], [None, None]]
    assert thick["lineStyle"]["width"] > thin["lineStyle"]["width"]
    assert thick["data"][8][1] == pytest.approx(-thin["data"][8][1])  # they bend to different sides
    marks = next(
        series for series in option["series"] if series["type"] == "scatter" and series["name"] == "truck"
    )
    assert [mark["symbolRotate"] for mark in marks["data"]] == [pytest.approx(-90.0), pytest.approx(90.0)]
    assert all(math.isfinite(option["xAxis"][end]) for end in ("min", "max"))


def test_a_long_legend_has_more_room_where_the_chart_is_narrow() -> None:
    names = ["planning in sequence"] * 4  # 188 pixels each: two lines of 520, four of 330
    option = responsive(chart("", yAxis=values()), names)
    tops = {rule.get("query", {}).get("maxWidth"): rule["option"]["grid"]["top"] for rule in option["media"]}
    assert tops == {760: 40 + 22, 430: 40 + 3 * 22, None: 40}
    assert [rule.get("query", {}).get("maxWidth", 0) for rule in option["media"]] == [
        760,
        430,
        0,
    ]  # the last that fits wins
