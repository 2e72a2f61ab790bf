"""What goes where in the plan of the tiny sample, and how a part of it is drawn."""

from typing import Any

from planner.plan.run import Run
from planner.report.material import Material
from planner.report.page import Section
from planner.report.sections.network import drawn, flows, together
from planner.tables.dataset import DataSet


def colours(section: Section) -> dict[str, str]:
    series: list[dict[str, Any]] = section.charts[0].option["baseOption"]["series"]
    return {one["name"]: one["lineStyle"]["color"] for one in series if one["type"] == "line"}


def places(section: Section) -> dict[str, Any]:
    series: list[dict[str, Any]] = section.charts[0].option["baseOption"]["series"]
    return {at["name"]: at["value"] for one in series if "label" in one for at in one["data"]}


def test_flows_are_those_of_the_day_on_which_they_leave(tiny: DataSet, best: Run) -> None:
    """The plan of the sample's README: day, lane, mode, kg and freight; 4 kg by express cost the least charge of 10."""
    projection = Material((best,), tiny).projection
    assert projection is not None
    found = [
        (f"{row.day:%m-%d}", row.origin, row.destination, row.mode, row.kg, row.loads, row.lines, row.freight)
        for row in flows(projection).itertuples()
    ]
    assert found == [
        ("03-02", "DC", "NEAR", "van", 20, 1, 1, 3),
        ("03-02", "MILL", "DC", "truck", 20, 1, 1, 20),
        ("03-03", "DC", "FAR", "express", 4, 1, 1, 10),
        ("03-04", "DC", "FAR", "van", 40, 1, 2, 30),
        ("03-04", "DC", "NEAR", "van", 24, 1, 2, 3),
    ]
    both = together(flows(projection)).iloc[0]
    assert (both.destination, both["mode"], both.kg, both.loads, both.freight) == ("NEAR", "van", 44, 2, 6)


def test_a_part_is_drawn_with_the_colours_and_at_the_places_of_the_whole(tiny: DataSet, best: Run) -> None:
    projection = Material((best,), tiny).projection
    assert projection is not None
    every = flows(projection)
    locations, whole = tiny["locations"], together(every)
    all_ = drawn(whole, locations, "EUR")
    vans = drawn(together(every[every["mode"] == "van"]), locations, "EUR", whole)
    assert set(colours(all_)) == {"express", "truck", "van"}
    assert colours(vans) == {"van": colours(all_)["van"]}
    assert places(vans) == places(all_)
    assert "van 100" in vans.sentences[0]
