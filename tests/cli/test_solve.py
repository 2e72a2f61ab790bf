"""What `planner solve` does around an engine (here stand-ins): runs, exit codes, JSON, interruptions."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.errors import Conflict, NoFeasiblePlan, NoPlanInTime
from planner.plan.plan import Plan
from planner.plan.progress import Progress
from tests.cli.calling import Call, Engine, plan_of_nothing

Use = Any  # the fixture `engine`


def runs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.exists() else []


def record(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return content


@pytest.fixture
def options(engine: Use) -> dict[str, Any]:
    """What the engine was called with."""
    seen: dict[str, Any] = {}

    def solve(data: Any, **given: Any) -> Plan:
        seen.update(given)
        return plan_of_nothing(data, **given)

    engine(solve)
    return seen


def failing(fault: BaseException) -> Engine:
    def solve(data: Any, **_: Any) -> Plan:
        raise fault

    return solve


def test_a_solve_prints_one_line_of_json_and_keeps_the_run(
    call: Call, tiny: Path, options: dict[str, Any]
) -> None:
    said = call("solve", tiny, "--json")
    assert (said.code, said.err) == (0, "")
    document = said.document
    [folder] = runs(Path("runs"))
    assert document["folder"] == str(folder)
    assert document["run_id"] == folder.name
    assert (document["verb"], document["status"], document["reused"]) == ("solve", "incomplete", False)
    assert document["kpis"]["cost"]["total"] == document["cost"]
    assert {"bound", "gap", "seconds", "input_hash", "stamps"} <= document.keys()
    assert list(record(folder)["stamps"]) == ["created", "validated", "solving", "incomplete"]


def test_the_summary_for_people_names_cost_proof_folder_and_what_is_next(
    call: Call, tiny: Path, options: dict[str, Any]
) -> None:
    said = call("solve", tiny)
    assert said.code == 0
    for words in (
        "incomplete",
        "cost",
        "lost sales",
        "fill rate",
        "no plan can cost less than",
        "runs/",
        "planner check",
    ):
        assert words in said.out
    assert "\x1b" not in said.out


def test_a_run_that_ended_before_its_time_does_not_say_that_time_ran_out(
    call: Call, tiny: Path, options: dict[str, Any]
) -> None:
    early = call("solve", tiny, "--time-limit", "1000").out
    assert "nothing was left to try in the time that was left" in early
    assert "out of time" not in early
    assert "out of time" in call("solve", tiny, "--time-limit", "0", "--force").out


def test_a_gap_that_is_proven_makes_the_run_completed(
    call: Call, tiny: Path, options: dict[str, Any]
) -> None:
    assert call("solve", tiny, "--gap", "1", "--json").document["status"] == "completed"


def test_flags_win_over_the_environment_and_that_over_planner_toml(
    call: Call, tiny: Path, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (tiny / "planner.toml").read_text()
    (tiny / "planner.toml").write_text(
        settings + "\n[profiles.mine]\ngap = 0.2\ntime_limit = 7.0\nseed = 3\n"
    )
    monkeypatch.setenv("PLANNER_PROFILE", "mine")
    monkeypatch.setenv("PLANNER_TIME_LIMIT", "8")
    monkeypatch.setenv("PLANNER_SEED", "4")
    call("solve", tiny, "--seed", "5")
    assert (options["profile"], options["gap"], options["time_limit"], options["seed"]) == (
        "mine",
        0.2,
        8.0,
        5,
    )
    assert options["threads"] == 2


def test_the_same_question_is_answered_from_the_runs_unless_forced(
    call: Call, tiny: Path, options: dict[str, Any]
) -> None:
    first = call("solve", tiny, "--json").document
    options.clear()
    again = call("solve", tiny, "--json")
    assert "--force solves it again" in again.err
    assert again.document == first | {"reused": True}
    assert options == {}
    assert call("solve", tiny, "--json", "--seed", "9").document["reused"] is False
    forced = call("solve", tiny, "--json", "--force").document
    assert (forced["reused"], forced["run_id"] != first["run_id"]) == (False, True)
    assert len(runs(Path("runs"))) == 3


def test_asking_for_the_model_solves_again(call: Call, tiny: Path, options: dict[str, Any]) -> None:
    call("solve", tiny)
    call("solve", tiny, "--write-model", "model.mps")
    assert options["write_model"] == Path("model.mps")


def test_runs_are_kept_where_out_says(
    call: Call, tiny: Path, options: dict[str, Any], tmp_path: Path
) -> None:
    call("solve", tiny, "--out", tmp_path / "kept" / "here")
    assert len(runs(tmp_path / "kept" / "here")) == 1
    assert not Path("runs").exists()


def test_invalid_tables_end_with_3_all_findings_and_no_run(
    call: Call, tiny: Path, options: dict[str, Any]
) -> None:
    stock = (tiny / "inventory.csv").read_text().splitlines()
    (tiny / "inventory.csv").write_text("\n".join([stock[0], stock[1].rsplit(",", 1)[0] + ",-3", *stock[2:]]))
    said = call("solve", tiny, "--json", "--errors", "findings.csv")
    assert said.code == 3
    assert "inventory.csv row 2: on_hand is -3" in said.err
    [finding] = said.document["findings"]
    assert (finding["file"], finding["row"], finding["column"], finding["value"]) == (
        "inventory.csv",
        2,
        "on_hand",
        "-3",
    )
    assert "inventory.csv" in Path("findings.csv").read_text()
    assert not Path("runs").exists()


def test_no_feasible_plan_ends_with_4_and_says_what_conflicts(call: Call, tiny: Path, engine: Use) -> None:
    line = "DC1, day 3: dock limit 10 vehicles, 12 needed"
    engine(failing(NoFeasiblePlan([Conflict("outbound_vehicles", "DC1", "", 3, 2.0, "vehicles", line)])))
    said = call("solve", tiny, "--json")
    assert said.code == 4
    assert said.err.splitlines() == ["No plan meets all limits:", f"  {line}"]
    [conflict] = said.document["conflicts"]
    assert (conflict["location"], conflict["amount"], conflict["unit"]) == ("DC1", 2.0, "vehicles")
    [folder] = runs(Path("runs"))
    assert said.document["run_id"] == folder.name
    assert record(folder)["status"] == "failed"
    assert {path.name for path in folder.iterdir()} == {"run.json", "log.txt"}
    assert line in call("runs", "show", "latest").out


def test_no_plan_in_time_ends_with_6(call: Call, tiny: Path, engine: Use) -> None:
    engine(failing(NoPlanInTime("no plan was found in 1 s")))
    said = call("solve", tiny)
    assert (said.code, said.err) == (6, "no plan was found in 1 s\n")


def test_a_fault_of_ours_is_one_sentence_and_a_traceback_only_on_demand(
    call: Call, tiny: Path, engine: Use
) -> None:
    engine(failing(ZeroDivisionError("float division by zero")))
    said = call("solve", tiny)
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "ZeroDivisionError: float division by zero" in said.err
    assert "Traceback" in call("solve", tiny, "--debug").err
    assert call("solve", tiny, "--json").document["status"] == "fault"


def test_a_full_disk_is_temporary(call: Call, tiny: Path, engine: Use) -> None:
    engine(failing(OSError(28, "No space left on device", "runs")))
    said = call("solve", tiny)
    assert (said.code, "try again later" in said.err) == (75, True)


def test_a_plan_that_the_evaluator_refutes_is_never_kept_as_a_plan(
    call: Call, tiny: Path, engine: Use
) -> None:
    def boast(data: Any, **given: Any) -> Plan:
        plan = plan_of_nothing(data, **given)
        certificate = plan.certificate | {"cost": plan.cost / 2, "gap": 0.0}
        return Plan(plan.orders, plan.loads, plan.inventory, plan.kpis, certificate)

    engine(boast)
    said = call("solve", tiny, "--json")
    assert said.code == 5
    assert "certificate.json" in said.err
    [folder] = runs(Path("runs"))
    assert record(folder)["status"] == "failed"
    assert {path.name for path in folder.iterdir()} == {"run.json", "log.txt", "refuted"}
    assert (folder / "refuted" / "orders.csv").exists()


def interrupting(then: Engine) -> Engine:
    """An engine that is interrupted by Ctrl-C, notices, and goes on with `then`."""

    def solve(data: Any, **given: Any) -> Plan:
        assert not given["stop"]()
        os.kill(os.getpid(), signal.SIGINT)
        assert given["stop"]()
        return then(data, **given)

    return solve


def test_an_interrupted_solve_keeps_the_best_plan_and_ends_with_130(
    call: Call, tiny: Path, engine: Use
) -> None:
    engine(interrupting(plan_of_nothing))
    said = call("solve", tiny, "--json")
    assert said.code == 130
    assert (said.document["status"], said.document["interrupted"]) == ("incomplete", True)
    assert "keeping the best plan" in said.err
    assert call("check", "latest").code == 0
    engine(plan_of_nothing)
    assert call("solve", tiny, "--json").document["reused"] is False


def test_an_interruption_before_there_is_a_plan_is_kept_as_cancelled(
    call: Call, tiny: Path, engine: Use
) -> None:
    engine(interrupting(failing(NoPlanInTime("stopped"))))
    said = call("solve", tiny, "--json")
    assert said.code == 130
    assert said.document["status"] == "interrupted"
    [folder] = runs(Path("runs"))
    assert record(folder)["status"] == "cancelled"


@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
    reason="a background job is started with interrupts ignored",
)
def test_a_second_interruption_ends_at_once(call: Call, tiny: Path, engine: Use) -> None:
    def stubborn(data: Any, **_: Any) -> Plan:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("not reached")

    engine(stubborn)
    assert call("solve", tiny, "--json").code == 130
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_progress_says_how_many_blocks_are_done() -> None:
    said = Progress("bounding", 12.3, cost=1234.5, bound=1200.0, gap=0.0279, done=3, blocks=1400).sentence()
    assert said == "bounding: cost 1,234.50, bound 1,200.00, gap 2.79 %, 3 of 1,400 blocks, 12 s"


def test_progress_goes_to_the_log_and_to_terminals_only(
    call: Call, tiny: Path, engine: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    def talking(data: Any, **given: Any) -> Plan:
        given["progress"](Progress("improving", 12.3, cost=1234.5, bound=1200.0, gap=0.0279))
        return plan_of_nothing(data, **given)

    engine(talking)
    assert call("solve", tiny).err == ""
    line = "improving: cost 1,234.50, bound 1,200.00, gap 2.79 %, 12 s"
    assert line in call("runs", "logs", "latest").out
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown = call("solve", tiny, "--force").err
    assert line in shown
    assert shown.rstrip(" ").endswith("\r")


@pytest.mark.parametrize(
    "argv",
    [
        ["solve", "nowhere"],
        ["solve", "tiny", "--gap", "-1"],
        ["solve", "tiny", "--gap", "much"],
        ["solve", "tiny", "--profile", "defualt"],
        ["solve", "tiny", "--write-model", "model.txt"],
        ["solve", "tiny", "--errors", "findings.txt"],
        ["solve", "tiny", "--threads", "0"],
        ["solve", "tiny", "--nonsense"],
        ["solve", "tiny", "--executor", "tcp://192.0.2.7:8786"],
        ["solve", "tiny", "--executor", "tcp://127.0.0.1:8786", "--engine", "exact"],
        ["solve", "tiny", "--out", "tiny/items.csv"],
        ["solve"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_writes_nothing(
    call: Call, tiny: Path, options: dict[str, Any], argv: list[str]
) -> None:
    before = sorted(Path().rglob("*"))
    said = call(*argv, "--json")
    assert said.code == 2
    assert said.document["status"] == "usage"
    assert said.err
    assert sorted(Path().rglob("*")) == before


def test_periods_reach_the_engine_and_make_another_question(
    call: Call, tiny: Path, options: dict[str, Any]
) -> None:
    days = (tiny / "planner.toml").read_text().split("horizon_days = ")[1].split()[0]
    call("solve", tiny, "--json")
    assert options["buckets"] is None
    said = call("solve", tiny, "--buckets", f"1x{days}d", "--json")
    assert options["buckets"] == f"1x{days}d"
    assert said.document["reused"] is False
    assert len(runs(Path("runs"))) == 2


@pytest.mark.parametrize("buckets", ["7x", "0d", "99w", " "])
def test_periods_that_can_not_be_are_wrong_usage(
    call: Call, tiny: Path, options: dict[str, Any], buckets: str
) -> None:
    said = call("solve", tiny, "--buckets", buckets)
    assert said.code == 2
    assert "--buckets: " in said.err
    assert not runs(Path("runs"))


def test_prices_of_other_periods_are_refused(call: Call, tiny: Path) -> None:
    days = (tiny / "planner.toml").read_text().split("horizon_days = ")[1].split()[0]
    assert call("solve", tiny, "--engine", "decomposed", "--time-limit", "3").code == 0
    said = call("solve", tiny, "--engine", "decomposed", "--warm", "latest", "--buckets", f"1x{days}d")
    assert said.code == 2
    assert "has prices for periods of a day" in said.err
    assert "ask for no --buckets" in said.err


def test_the_exact_engine_begins_with_the_plan_of_a_run_and_the_decomposed_one_needs_prices(
    call: Call, tiny: Path
) -> None:
    first = call("solve", tiny, "--gap", 0, "--threads", 1, "--json").document
    assert first["cost"] == pytest.approx(90.55)
    # no time for anything but the plan to begin with
    again = call("solve", tiny, "--gap", 0, "--time-limit", 0.001, "--warm", "latest", "--json").document
    assert again["cost"] == first["cost"]
    assert again["effort"]["warm"] == first["run_id"]
    said = call("solve", tiny, "--engine", "decomposed", "--warm", first["run_id"])
    assert said.code == 2
    assert "has no prices to begin with" in said.err
