"""A planner's day with the real parts. Where the process is the point, a call is a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from planner import load, solve
from planner.plan.run import Run
from planner.tables.write import write
from tests.cli.calling import Call
from tests.engine.instances import random_data

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


@dataclass(frozen=True)
class Day:
    """A folder with the tiny sample in `mine`, and what the process said that solved it."""

    folder: Path
    code: int
    solved: dict[str, Any]

    @property
    def run(self) -> Path:
        """The folder of the run."""
        return self.folder / str(self.solved["folder"])


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("day")
    assert planner(folder, "init", "mine", "--sample", "tiny")[0] == 0
    return Day(folder, *planner(folder, "solve", "mine", "--gap", "0", "--seed", "3"))


@contextmanager
def busy(folder: Path, data: str, word: str) -> Iterator[Process]:
    """A process that solves the data and has the word in its log, however long that takes."""
    process = subprocess.Popen(
        command("solve", data, *LONG, "--json"),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 300
        while not any(word in log.read_text() for log in folder.glob("runs/.*.partial/log.txt")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until, f"no {word} within five minutes"
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_day_from_the_sample_to_the_spreadsheet(day: Day) -> None:
    assert (day.code, day.solved["status"]) == (0, "completed")
    assert day.solved["bound"] <= day.solved["cost"]
    assert planner(day.folder, "check", day.solved["alias"])[1]["status"] == "confirmed"
    assert planner(day.folder, "export", "latest", "--to", "plan.xlsx")[0] == 0
    orders = pd.read_excel(day.folder / "plan.xlsx", sheet_name="Orders", engine="calamine")
    assert len(orders) == len(pd.read_csv(day.run / "orders.csv")) > 0


def test_a_question_that_another_process_has_answered_is_not_solved_again(
    call: Call, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(day.folder)
    again = call("solve", "mine", "--gap", "0", "--seed", "3", "--json")
    assert again.document == day.solved | {"reused": True}


def test_orders_are_the_same_in_both_files(day: Day) -> None:
    dates = ["dispatch_date", "arrival_date"]
    text, binary = (
        pd.read_csv(day.run / "orders.csv", parse_dates=dates),
        pd.read_parquet(day.run / "orders.parquet"),
    )
    assert_frame_equal(text, binary, check_dtype=False, check_exact=True)


def test_python_and_the_command_line_make_the_same_plan(day: Day) -> None:
    plan = solve(load(day.folder / "mine"), gap=0.0, seed=3)
    run = Run.read(day.run)
    assert plan.cost == run.plan.cost
    assert_frame_equal(plan.orders, run.plan.orders, check_dtype=False)


def test_the_seed_makes_a_plan_repeatable_in_another_process(call: Call, day: Day) -> None:
    again = call("solve", day.folder / "mine", "--gap", "0", "--seed", "3", "--json").document
    assert again["reused"] is False
    assert (Path(again["folder"]) / "orders.csv").read_bytes() == (day.run / "orders.csv").read_bytes()


@pytest.mark.parametrize("name", ["model.mps", "model.lp"])
def test_the_written_model_can_be_read_by_another_solver(call: Call, tiny: Path, name: str) -> None:
    assert call("solve", tiny, "--write-model", name).code == 0
    solver = highspy.Highs()
    solver.silent()
    assert solver.readModel(name) == highspy.HighsStatus.kOk
    assert solver.getNumCol() > 0


def test_demand_that_must_be_met_and_can_not_is_named(call: Call, tiny: Path) -> None:
    """Rice comes from stock only: 10 units at most in each place, and 100 are needed."""
    inventory = pd.read_csv(tiny / "inventory.csv")
    inventory["on_hand"] = inventory["on_hand"].clip(upper=10)
    inventory.to_csv(tiny / "inventory.csv", index=False)
    policies = pd.read_csv(tiny / "policies.csv").assign(lost_sales_allowed="false")
    policies.to_csv(tiny / "policies.csv", index=False)
    said = call("solve", tiny, "--json")
    assert (said.code, said.document["status"]) == (4, "infeasible")
    stores = set(pd.read_csv(tiny / "locations.csv").query("kind == 'store'")["location_id"])
    assert {conflict["location"] for conflict in said.document["conflicts"]} & stores
    assert all(conflict["amount"] > 0 and conflict["message"] for conflict in said.document["conflicts"])


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    """Of a data set large enough for a plan to be searched near the relaxation first."""
    write(random_data(0, stores=14, items=40, days=14, share=0.1), tmp_path / "large")
    with busy(tmp_path, "large", "cost") as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    document = json.loads(out)
    assert (document["status"], document["interrupted"]) == ("incomplete", True)
    assert planner(tmp_path, "check", document["run_id"])[1]["status"] == "confirmed"


@pytest.mark.slow
def test_a_killed_solve_leaves_no_run_and_its_id(tmp_path: Path) -> None:
    """Of a data set whose optimum takes minutes to prove."""
    write(random_data(0, stores=8, items=8, days=10, share=0.1), tmp_path / "long")
    with busy(tmp_path, "long", "improving") as process:
        os.kill(process.pid, signal.SIGKILL)
    assert [path.name for path in (tmp_path / "runs").iterdir() if not path.name.startswith(".")] == []
    [entry] = planner(tmp_path, "runs", "list")[1]["runs"]
    assert (entry["status"], entry["folder"]) == ("failed", None)
