"""`planner replan` and `planner frontier --stability` on the command line."""

import json
import shutil
from pathlib import Path

import pytest

from planner.plan.record import new_id
from planner.plan.run import Run
from planner.response.ledger import Ledger
from planner.verbs.replan import Request, replan
from planner.verbs.runs import open_registry
from tests.cli.calling import Call
from tests.response.test_override import solved

__all__ = ["solved"]
SHIFT = "event_id,at,type,item_id,location_id,factor\nE1,2026-03-02T06:00:00,demand_shift,rice,FAR,2\n"
CLOSED = "event_id,at,type,location_id\nE2,2026-03-02T07:00:00,location_closed,DC\n"


@pytest.fixture
def base(solved: Path, call: Call, tmp_path: Path) -> str:
    """The optimal plan of the tiny sample, and events beside it."""
    shutil.copytree(solved / "runs", tmp_path / "runs")
    shutil.copytree(solved / "tiny", tmp_path / "tiny")
    [folder] = [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(record | {"source": str(tmp_path / "tiny")}))
    (tmp_path / "events.csv").write_text(SHIFT)
    (tmp_path / "closed.csv").write_text(CLOSED)
    return folder.name


def test_an_event_becomes_a_run_that_the_check_confirms(call: Call, base: str) -> None:
    """Twice the rice at FAR: a lot of 10 more on the van that drives anyway saves 10 of margin and costs 0.10 of handling."""
    made = call("replan", base, "--events", "events.csv", "--json").document
    run = Run.read(Path(made["folder"]))
    assert (made["status"], made["base"], run.record.base) == ("proposed", base, base)
    assert made["saved"] == pytest.approx(9.90)
    [action] = made["actions"]
    assert (action["action"], action["from_quantity"], action["quantity"]) == ("increase", 20, 30)
    assert (action["event_ids"], action["money_by"]) == ("E1", "evaluated")
    assert action["money"] == pytest.approx(9.90)
    assert made["bound"] == 0
    assert made["neighbourhood"]["bound"] == pytest.approx(made["cost"], rel=1e-4)
    assert {"orders.csv", "events.csv", "actions.csv", "actions.json"} <= {
        path.name for path in run.folder.iterdir()
    }
    assert call("check", run.record.run_id).code == 0
    kinds = [(entry.kind, entry.run_id) for entry in Ledger(Path("runs")).entries()]
    assert kinds == [("proposed", run.record.run_id)]


def test_a_replay_changes_nothing(call: Call, base: str) -> None:
    made = call("replan", base, "--events", "events.csv", "--json").document
    before = sorted(path.name for path in Path("runs").iterdir())
    assert call("replan", made["run_id"], "--events", "events.csv").code == 99
    again = call("replan", base, "--events", "events.csv", "--json").document
    assert (again["run_id"], again["reused"]) == (made["run_id"], True)
    assert sorted(path.name for path in Path("runs").iterdir()) == before
    assert len(Ledger(Path("runs")).entries()) == 1


def test_a_run_that_is_to_have_an_id_is_made_once(base: str, call: Call) -> None:
    """A job that was killed after its run was visible finds it, though another answer would be made now."""
    registry, name = open_registry(Path("runs")), new_id()
    made = replan(base, Path("events.csv"), registry, Request(run_id=name), actor="Ann")
    assert (made.run.record.run_id, made.reused) == (name, False)
    again = replan(base, Path("events.csv"), registry, Request(run_id=name, seed=7), actor="Ann")
    assert (again.run.record.run_id, again.reused) == (name, True)
    assert [(entry.run_id, entry.actor) for entry in Ledger(Path("runs")).entries()] == [(name, "Ann")]


def test_who_was_killed_before_the_ledger_knew_is_caught_up_with(call: Call, base: str) -> None:
    made = call("replan", base, "--events", "events.csv", "--json").document
    for name in ("ledger.jsonl", "ledger.head"):
        (Path("runs") / name).unlink(missing_ok=True)
    again = call("replan", base, "--events", "events.csv", "--json").document
    assert again["run_id"] == made["run_id"]
    assert [entry.run_id for entry in Ledger(Path("runs")).entries()] == [made["run_id"]]


def test_events_come_on_top_of_each_other(call: Call, base: str) -> None:
    first = call("replan", base, "--events", "events.csv", "--json").document
    second = call("replan", first["run_id"], "--events", "closed.csv", "--json").document
    run = Run.read(Path(second["folder"]))
    assert run.record.base == first["run_id"]
    assert [line.split(",")[0] for line in (run.folder / "events.csv").read_text().splitlines()[1:]] == [
        "E1",
        "E2",
    ]
    assert call("check", run.record.run_id).code == 0


def test_too_few_changes_are_refused_with_the_number_that_is_needed(call: Call, base: str) -> None:
    said = call("replan", base, "--events", "closed.csv", "--max-changes", 1)
    assert said.code == 4
    assert "At most 1 order lines may change" in said.err
    assert len(list(Path("runs").glob("2*"))) == 1


def test_what_does_not_exist_is_refused_before_anything_is_written(call: Call, base: str) -> None:
    Path("events.csv").write_text(SHIFT.replace("rice", "rise"))
    said = call("replan", base, "--events", "events.csv")
    assert said.code == 3
    assert "rise" in said.err
    assert len(list(Path("runs").iterdir())) == 1


def test_certify_proves_a_bound_for_the_whole_plan(call: Call, base: str) -> None:
    made = call("replan", base, "--events", "events.csv", "--certify", "--json").document
    assert made["bound"] > 0.99 * made["cost"]
    assert call("check", made["run_id"]).code == 0


def test_the_price_of_stability(call: Call, base: str) -> None:
    made = call("replan", base, "--events", "closed.csv", "--json").document
    found = call("frontier", made["run_id"], "--stability", "--json").document
    points = found["points"]
    assert points[-1]["allowed"] is None
    assert points[-1]["cost"] == pytest.approx(made["cost"])
    assert not points[0]["possible"]
    costs = [point["cost"] for point in points if point["possible"]]
    assert costs == sorted(costs, reverse=True)
    assert Path("frontier.csv").exists()
