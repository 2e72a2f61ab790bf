"""`planner replan` and `planner frontier --stability` on the command line."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
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


def roll(folder: Path, day: str, run: Run) -> None:
    """The tables as they are on a later day, if all went as the plan expected; their horizon is as long as ever."""
    settings = folder / "planner.toml"
    settings.write_text(re.sub(r"start_date = \S+", f"start_date = {day}", settings.read_text()))
    demand = pd.read_csv(folder / "demand.csv")
    demand[demand["date"] >= day].to_csv(folder / "demand.csv", index=False)
    orders, stock = run.plan.orders, run.plan.inventory
    evening = stock[stock["date"] == pd.Timestamp(day) - pd.Timedelta(days=1)]
    left = evening[["item_id", "location_id", "closing"]].set_axis(
        ["item_id", "location_id", "on_hand"], axis=1
    )
    left.to_csv(folder / "inventory.csv", index=False)
    moving = orders[(orders["dispatch_date"] < day) & (orders["arrival_date"] >= day)].assign(
        status="in_transit"
    )
    moving.drop(columns="cases").to_csv(folder / "open_orders.csv", index=False)


def test_fresh_tables_are_planned_until_the_end_of_the_plan(call: Call, base: str) -> None:
    """Days that nobody has planned yet are no reason to change the plan."""
    first = Run.read(Path("runs") / base)
    days = first.plan.inventory["date"].nunique()
    roll(Path("tiny"), "2026-03-03", first)
    made = call("replan", base, "--events", "events.csv", "--json").document
    run = Run.read(Path(made["folder"]))
    assert run.record.horizon_days == days - 1
    assert run.plan.inventory["date"].nunique() == days - 1
    assert call("check", made["run_id"]).code == 0
    on_top = call("replan", made["run_id"], "--events", "closed.csv", "--json").document
    assert Run.read(Path(on_top["folder"])).record.horizon_days == days - 1
    assert call("check", on_top["run_id"]).code == 0


def test_what_is_made_of_a_plan_with_a_day_less_is_confirmed_too(call: Call, base: str) -> None:
    """Of a plan in periods its days are left; a bound and an override are of the days that are left."""
    made = call("solve", "tiny", "--gap", "0", "--buckets", "3d,1x2d", "--json").document
    for run in (base, made["run_id"]):
        shutil.rmtree("fresh", ignore_errors=True)
        shutil.copytree("tiny", "fresh")
        first = Run.read(Path("runs") / run)
        roll(Path("fresh"), "2026-03-03", first)
        found = call(
            "replan", run, "--events", "events.csv", "--data", "fresh", "--certify", "--json"
        ).document
        folder = Path(found["folder"])
        assert json.loads((folder / "certificate.json").read_text())["options"]["buckets"] == ""
        assert Run.read(folder).record.horizon_days == (4 if run == base else 2)
        assert call("check", found["run_id"]).code == 0
    order = str(Run.read(folder).plan.orders["order_id"].iloc[-1])
    wish = ("--order", order, "--quantity", "0", "--reason", "shelf full", "--data", "fresh", "--json")
    decided = call("override", found["run_id"], *wish)
    assert decided.code == 0, decided.err
    assert call("check", decided.document["run_id"]).code == 0


def test_a_plan_that_is_over_is_not_planned_again(call: Call, base: str) -> None:
    for name in ("planner.toml", "demand.csv"):
        path = Path("tiny") / name
        path.write_text(re.sub(r"2026-03-0(\d)", lambda day: f"2026-03-2{day[1]}", path.read_text()))
    said = call("replan", base, "--events", "events.csv")
    assert said.code == 2
    assert "Solve again" in said.err
