"""`planner simulate` on a small chain: what it prints, what it refuses, how it goes on."""

import json
from pathlib import Path

import pytest

from planner.tables.write import write
from tests.cli.calling import Call
from tests.value.simulate.shop import shop


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    write(shop(horizon=4), tmp_path / "chain")
    return tmp_path / "chain"


QUICK = ("--policies", "sequential", "--days", "4", "--replications", "2")


def test_json_has_the_results_and_the_folder(call: Call, chain: Path) -> None:
    said = call("simulate", chain, *QUICK, "--delay", "0,2", "--json")
    assert said.code == 0, said.err
    document = said.document
    assert (document["status"], document["done"], document["cells"]) == (
        "completed",
        4,
        4,
    )  # 2 delays × 2 replications
    kept = json.loads((Path(document["folder"]) / "simulation.json").read_text())
    assert kept["results"] == document["results"]
    assert document["folder"].startswith("simulations/")


def test_the_table_has_a_column_per_policy_and_the_difference_in_cost(call: Call, chain: Path) -> None:
    said = call(
        "simulate",
        chain,
        "--policies",
        "sequential,reorder",
        "--days",
        "3",
        "--replications",
        "2",
        "--review",
        "3",
    )
    assert said.code == 0, said.err
    assert "sequential" in said.out
    assert "reorder" in said.out
    assert "sequential against reorder, fresh information:" in said.out
    assert "95 % interval" in said.out


def test_the_same_call_again_simulates_nothing(call: Call, chain: Path) -> None:
    first = call("simulate", chain, *QUICK, "--json").document
    files = {file: file.stat().st_mtime_ns for file in Path(first["folder"], "cells").iterdir()}
    again = call("simulate", chain, *QUICK, "--json").document
    assert {file: file.stat().st_mtime_ns for file in files} == files
    assert again["results"] == first["results"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--policies", "jiont"), "there is no policy 'jiont'. Maybe"),
        (("--policies", "reorder,reorder"), "name each policy once"),
        (("--delay", "1,x"), "--delay '1,x': ages of information in whole days"),
        (("--truth", "history", "--replications", "5"), "the history happened once"),
        (("--review", "9"), "a review every 9 days needs plans of at least as many; they are made for 4"),
        (
            ("--review", "2", "--buckets", "1d,1x3d"),
            "the first 2 days are carried out before the next review",
        ),
        (("--buckets", "3d"), "--buckets: 3d is 3 days, but the horizon has 4"),
        (("--truth", "history", "--days", "56"), "Ask for fewer --days, or for --truth draws"),
        (("--trigger", "weakly"), "there is no trigger 'weakly'. Maybe"),
        (("--trigger", "event,event"), "name each trigger once"),
        (("--trigger", "daily", "--review", "2"), "--review and --trigger both say how often"),
        (
            ("--trigger", "weekly"),
            "a review every 7 days needs plans of at least as many; they are made for 4",
        ),
        (
            ("--trigger", "daily", "--response", "weekly=3"),
            "hours for all triggers, such as 0.1, or for each of daily",
        ),
        (("--response", "soon"), "--response 'soon'"),
        (("--shocks", "none.csv"), "none.csv can't be read"),
    ],
)
def test_what_cannot_be_simulated_is_said_with_advice(
    call: Call, chain: Path, arguments: tuple[str, ...], message: str
) -> None:
    said = call("simulate", chain, *arguments)
    assert said.code == 2
    assert message in said.err
    assert not Path("simulations").exists()


def test_tables_without_sales_are_refused(call: Call, tiny: Path) -> None:
    said = call("simulate", tiny)
    assert said.code == 2
    assert "simulate needs the table sales" in said.err


TRIGGERS = ("--policies", "sequential", "--days", "9", "--horizon", "7", "--trigger", "event,weekly")


def test_triggers_meet_shocks_and_are_compared(call: Call, chain: Path) -> None:
    said = call(
        "simulate", chain, *TRIGGERS, "--replications", "2", "--shocks", "6", "--response", "weekly=48"
    )
    assert said.code == 0, said.err
    assert "9 days of draws with 6 shocks a week, 4 of 4 simulated" in said.out
    assert "event, 0.1 h to respond, fresh information, 2 replications" in said.out
    assert "weekly, 48 h to respond, fresh information, 2 replications" in said.out
    assert "sequential, event against weekly, fresh information:" in said.out
    assert "lost sales " in said.out


def test_shocks_of_a_file_happen_and_are_kept_with_the_question(
    call: Call, chain: Path, tmp_path: Path
) -> None:
    """The lane to S1 is closed from day 2 on: what it would have brought is lost."""
    file = tmp_path / "shocks.csv"
    file.write_text(
        "event_id,at,type,origin,destination,date_from\nE1,2026-03-03T10:00:00,lane_closed,DC,S1,2026-03-04\n"
    )
    calm = call("simulate", chain, *TRIGGERS, "--replications", "1", "--json").document
    said = call("simulate", chain, *TRIGGERS, "--replications", "1", "--shocks", file, "--json")
    assert said.code == 0, said.err
    shaken = said.document
    assert shaken["folder"] != calm["folder"]
    assert shaken["events"] == 1
    lost = [one["results"][0]["metrics"]["lost_sales"]["mean"] for one in (shaken, calm)]
    assert lost[0] > lost[1]
    plans = {one["trigger"]: one["metrics"]["plans"]["mean"] for one in shaken["results"]}
    assert plans == {"event": 3.0, "weekly": 2.0}
    kept = json.loads((Path(shaken["folder"]) / "setup.json").read_text())
    assert kept["events"][0]["event_id"] == "E1"


def test_a_file_with_events_that_can_not_be_is_refused(call: Call, chain: Path, tmp_path: Path) -> None:
    file = tmp_path / "shocks.csv"
    file.write_text("event_id,at,type,location_id\nE1,2026-03-03,location_closed,S9\n")
    said = call("simulate", chain, *TRIGGERS, "--shocks", file)
    assert said.code == 3
    assert "S9" in said.err
