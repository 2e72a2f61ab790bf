"""`planner frontier` as a user meets it, on the tiny sample."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from planner.plan.registry import Registry
from planner.verbs.check import check
from planner.verbs.frontier import Sweep, frontier
from planner.verbs.solve import Hooks
from tests.cli.calling import Call

QUICK = ("--gap", 0, "--threads", 1)


def test_points_are_runs_that_the_check_confirms_and_a_second_sweep_takes_them_from_the_registry(
    call: Call, tiny: Path
) -> None:
    said = call("frontier", tiny, "--service", "0.6..0.99", "--points", 3, *QUICK, "--json")
    assert said.code == 0
    content = json.loads(Path("frontier.json").read_text())
    assert {**said.document, **content} == said.document | {"schema_version": 1}
    assert content["kind"] == "service"
    assert content["complete"]
    points = content["points"]
    assert len(points) >= 3
    for before, after in pairwise(points):
        assert before["fill_rate"] < after["fill_rate"]
        assert before["weight"] < after["weight"]
        assert before["lost_sales"] > after["lost_sales"]
    cheapest = min(points, key=lambda point: point["cost"])
    assert cheapest["weight"] == 1.0  # by the prices of the data nothing is cheaper than the optimum, 90.55
    assert cheapest["cost"] == pytest.approx(90.55)
    for point in points:
        assert check(point["run_id"], Registry(Path("runs"))).confirmed
    runs = len(list(Path("runs").iterdir()))
    again = call("frontier", tiny, "--service", "0.6..0.99", "--points", 3, *QUICK, "--to", "b.json")
    assert again.code == 0
    assert len(list(Path("runs").iterdir())) == runs
    assert json.loads(Path("b.json").read_text())["points"] == points
    assert Path("b.csv").read_text().splitlines()[0].startswith("weight,run_id,fill_rate,")
    # a point is explained by its own weight: for how little lost sales count, none of its orders could be cheaper
    lowest = points[0]["run_id"]
    explained = call("explain", lowest, "--order", "O000001", "--json").document
    assert all(one["difference"] > -1e-6 for one in explained["alternatives"] if one["possible"])


def test_what_stands_there_is_never_overwritten_and_nothing_is_solved_first(call: Call, tiny: Path) -> None:
    Path("frontier.csv").write_text("mine")
    said = call("frontier", tiny, *QUICK)
    assert said.code == 2
    assert "frontier.csv exists already; nothing was solved." in said.err
    assert not Path("runs").exists()
    assert call("frontier", tiny, "--to", "curve.png").code == 2
    assert "Maybe 0.9..0.99 is meant" in call("frontier", tiny, "--service", "90..99").err


def test_a_service_that_supply_does_not_allow_is_said_to_be_out_of_reach(call: Call, tiny: Path) -> None:
    """Two cases of rice less than the stores ask for, and nobody sells rice."""
    stock = tiny / "inventory.csv"
    assert "rice,DC,70" in stock.read_text()
    stock.write_text(stock.read_text().replace("rice,DC,70", "rice,DC,40"))
    said = call("frontier", tiny, "--service", "0.6..0.99", "--points", 2, *QUICK)
    assert said.code == 0
    assert "A fill rate of 99.00 % is not reached, however much a lost sale counts" in said.out
    reached = json.loads(Path("frontier.json").read_text())["reached"]
    # of 112 units asked for (100 rice, 10 soap, 2 lamps) at most 75 rice are there, and all soap and lamps can be
    assert reached[1] <= 87 / 112 + 1e-9


def test_a_sweep_that_is_stopped_keeps_its_points_and_can_go_on(tiny: Path, tmp_path: Path) -> None:
    asked: list[str] = []
    sweep = Sweep(tiny, "0.6..0.99", 2, gap=0.0, threads=1, to=tmp_path / "curve.json")
    registry = Registry(tmp_path / "runs")
    swept = frontier(sweep, registry, Hooks(stop=lambda: len(asked) > 1), lambda point: asked.append("point"))
    assert swept.interrupted
    content = json.loads(sweep.to.read_text())
    assert not content["complete"]
    assert 1 <= len(content["points"]) <= 2
    done = {run.record.run_id for run in registry.runs()}
    swept = frontier(sweep, registry, Hooks())
    assert json.loads(sweep.to.read_text())["complete"]
    assert done <= {run.record.run_id for run in registry.runs()}
    assert swept.frontier.points
