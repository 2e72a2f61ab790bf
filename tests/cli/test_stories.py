"""A planner's day with the real parts, each call a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import highspy
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from planner import load, solve
from planner.plan.run import Run

LONG = ("--gap", "0", "--time-limit", "300")
Process = subprocess.Popen[str]


def command(*argv: object) -> list[str]:
    return [sys.executable, "-m", "planner", *(str(argument) for argument in argv)]


def planner(folder: Path, *argv: object) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of a call in the folder."""
    said = subprocess.run(command(*argv, "--json"), cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in said.stderr
    assert said.stdout.count("\n") == 1, said.stderr
    return said.returncode, json.loads(said.stdout)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    from planner.sample import init

    return init(tmp_path / "tiny", "tiny")


@pytest.fixture
def busy(tmp_path: Path) -> Any:
    """A process that has found a plan for the retail sample and tries to find a better one."""
    from planner.sample import init

    init(tmp_path / "retail", "retail")
    process = subprocess.Popen(
        command("solve", "retail", *LONG, "--json"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 300
        while not any("cost" in log.read_text() for log in tmp_path.glob("runs/.*.partial/log.txt")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until, "no plan within five minutes"
            time.sleep(0.1)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    yield process
    process.kill()
    process.communicate()


def test_a_day_from_the_sample_to_the_spreadsheet(tmp_path: Path) -> None:
    assert planner(tmp_path, "init", "mine", "--sample", "tiny")[0] == 0
    assert planner(tmp_path, "validate", "mine")[1]["status"] == "valid"
    code, solved = planner(tmp_path, "solve", "mine", "--gap", "0")
    assert (code, solved["status"]) == (0, "completed")
    assert solved["bound"] <= solved["cost"]
    assert planner(tmp_path, "check", solved["alias"])[1]["status"] == "confirmed"
    assert planner(tmp_path, "solve", "mine", "--gap", "0")[1]["reused"] is True
    assert planner(tmp_path, "export", "latest", "--to", "plan.xlsx")[0] == 0
    orders = pd.read_excel(tmp_path / "plan.xlsx", sheet_name="Orders", engine="calamine")
    assert len(orders) == len(pd.read_csv(tmp_path / solved["folder"] / "orders.csv")) > 0


def test_orders_are_the_same_in_both_files(tmp_path: Path, tiny: Path) -> None:
    folder = tmp_path / planner(tmp_path, "solve", tiny)[1]["folder"]
    dates = ["dispatch_date", "arrival_date"]
    text, binary = (
        pd.read_csv(folder / "orders.csv", parse_dates=dates),
        pd.read_parquet(folder / "orders.parquet"),
    )
    assert_frame_equal(text, binary, check_dtype=False, check_exact=True)


def test_python_and_the_command_line_make_the_same_plan(tmp_path: Path, tiny: Path) -> None:
    plan = solve(load(tiny), gap=0.0)
    solved = planner(tmp_path, "solve", tiny, "--gap", "0")[1]
    run = Run.read(tmp_path / solved["folder"])
    assert plan.cost == run.plan.cost
    assert_frame_equal(plan.orders, run.plan.orders, check_dtype=False)


def test_the_seed_makes_a_plan_repeatable(tmp_path: Path, tiny: Path) -> None:
    both = [planner(tmp_path, "solve", tiny, "--seed", "3", "--force")[1] for _ in range(2)]
    one, other = ((tmp_path / solved["folder"] / "orders.csv").read_bytes() for solved in both)
    assert one == other


@pytest.mark.parametrize("name", ["model.mps", "model.lp"])
def test_the_written_model_can_be_read_by_another_solver(tmp_path: Path, tiny: Path, name: str) -> None:
    assert planner(tmp_path, "solve", tiny, "--write-model", name)[0] == 0
    solver = highspy.Highs()
    solver.silent()
    assert solver.readModel(str(tmp_path / name)) == highspy.HighsStatus.kOk
    assert solver.getNumCol() > 0


def test_demand_that_must_be_met_and_can_not_is_named(tmp_path: Path, tiny: Path) -> None:
    """Rice comes from stock only: 10 units at most in each place, and 100 are needed."""
    inventory = pd.read_csv(tiny / "inventory.csv")
    inventory["on_hand"] = inventory["on_hand"].clip(upper=10)
    inventory.to_csv(tiny / "inventory.csv", index=False)
    policies = pd.read_csv(tiny / "policies.csv").assign(lost_sales_allowed="false")
    policies.to_csv(tiny / "policies.csv", index=False)
    code, said = planner(tmp_path, "solve", tiny)
    assert (code, said["status"]) == (4, "infeasible")
    stores = set(pd.read_csv(tiny / "locations.csv").query("kind == 'store'")["location_id"])
    assert {conflict["location"] for conflict in said["conflicts"]} & stores
    assert all(conflict["amount"] > 0 and conflict["message"] for conflict in said["conflicts"])


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_plan(tmp_path: Path, busy: Process) -> None:
    busy.send_signal(signal.SIGINT)
    out, err = busy.communicate(timeout=60)
    assert busy.returncode == 130, err
    document = json.loads(out)
    assert (document["status"], document["interrupted"]) == ("incomplete", True)
    assert planner(tmp_path, "check", document["run_id"])[1]["status"] == "confirmed"


@pytest.mark.slow
def test_a_killed_solve_leaves_no_run_and_its_id(tmp_path: Path, busy: Process) -> None:
    os.kill(busy.pid, signal.SIGKILL)
    busy.wait()
    assert [path.name for path in (tmp_path / "runs").iterdir() if not path.name.startswith(".")] == []
    [entry] = planner(tmp_path, "runs", "list")[1]["runs"]
    assert (entry["status"], entry["folder"]) == ("failed", None)
