"""`planner scenarios`: what is said on the screen, in JSON and by the exit code."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from planner.errors import Conflict, NoFeasiblePlan
from tests.cli.calling import Call, plan_of_nothing

SCENARIOS = """
[dear]
description = "every lost sale costs 2 more"
settings = { defaults.lost_sale_penalty = 2.0 }

[met]
settings = { defaults.lost_sales_allowed = false }
"""


@pytest.fixture
def data(tiny: Path) -> Path:
    (tiny / "scenarios.toml").write_text(SCENARIOS)
    return tiny


def nothing_unless_all_must_be_met(data: Any, **options: Any) -> Any:
    if not data.settings.defaults.lost_sales_allowed:
        conflict = Conflict("sales", "NEAR", "rice", 1, 10.0, "units", "rice at NEAR: 10 units are missing")
        raise NoFeasiblePlan([conflict])
    return plan_of_nothing(data, **options)


def test_scenarios_are_solved_compared_and_listed_with_their_names(
    call: Call, data: Path, engine: Any
) -> None:
    engine(plan_of_nothing)
    said = call("scenarios", data, "--only", "dear")
    assert said.code == 0
    assert "dear is " in said.out
    assert "EUR dearer than base; " in said.out
    assert "dear against base: no difference" in said.out
    assert said.err.count("base: incomplete") == 1
    listed = call("runs", "list").out
    assert "scenario dear" in listed
    assert "scenario dear" in call("runs", "show", "latest").out.replace("  ", "")
    assert call("runs", "inputs", "latest", "--json").document["scenario"] == "dear"
    assert call("check", "latest").code == 0


def test_one_line_of_json_has_every_scenario_and_the_comparison(call: Call, data: Path, engine: Any) -> None:
    engine(plan_of_nothing)
    document = call("scenarios", data, "--only", "dear", "--json").document
    assert [one["scenario"] for one in document["scenarios"]] == ["base", "dear"]
    assert {one["reused"] for one in document["scenarios"]} == {False}
    assert [one["label"] for one in document["comparison"]["runs"]] == ["base", "dear"]
    again = call("scenarios", data, "--only", "dear", "--json").document
    assert {one["reused"] for one in again["scenarios"]} == {True}
    assert len(call("runs", "list", "--json").document["runs"]) == 2
    forced = call("scenarios", data, "--only", "base", "--force", "--json").document
    assert forced["scenarios"][0]["reused"] is False


def test_base_is_answered_by_a_plain_solve_and_the_other_way_round(
    call: Call, data: Path, engine: Any
) -> None:
    engine(plan_of_nothing)
    solved = call("solve", data, "--json").document["run_id"]
    base = call("scenarios", data, "--only", "base", "--json").document["scenarios"][0]
    assert (base["run_id"], base["reused"]) == (solved, True)


def test_a_scenario_without_a_plan_is_listed_with_its_reason_and_ends_with_4(
    call: Call, data: Path, engine: Any
) -> None:
    engine(nothing_unless_all_must_be_met)
    for _ in range(2):
        said = call("scenarios", data)
        assert said.code == 4
        assert "met: no plan (NoFeasiblePlan): rice at NEAR: 10 units are missing" in said.err
        assert "dear against base" in said.out
        assert said.out.splitlines()[-1].split()[:4] == ["met", "–", "no", "plan:"]
    assert len(call("runs", "list", "--json").document["runs"]) == 3  # that there is no plan was found once
    document = call("scenarios", data, "--json").document
    assert document["status"] == "infeasible"
    assert document["scenarios"][2]["error"]["kind"] == "NoFeasiblePlan"


def test_a_base_without_a_plan_leaves_nothing_to_compare_with(call: Call, data: Path, engine: Any) -> None:
    def impossible(data: Any, **options: Any) -> Any:
        raise NoFeasiblePlan([])

    engine(impossible)
    said = call("scenarios", data)
    assert said.code == 4
    assert "There is nothing to compare with base." in said.out
    assert call("scenarios", data, "--json").document["comparison"] is None


def test_an_interruption_keeps_what_is_finished_and_ends_with_130(
    call: Call, data: Path, engine: Any
) -> None:
    def interrupted(data: Any, **options: Any) -> Any:
        if data.settings.defaults.lost_sale_penalty:
            os.kill(os.getpid(), signal.SIGINT)
        return plan_of_nothing(data, **options)

    engine(interrupted)
    said = call("scenarios", data, "--json")
    assert said.code == 130
    document = said.document
    assert document["status"] == "interrupted"
    assert [one["status"] for one in document["scenarios"]] == ["incomplete", "incomplete", "not solved"]
    assert [one["interrupted"] for one in document["scenarios"]] == [False, True, False]
    engine(plan_of_nothing)
    again = call("scenarios", data, "--json").document
    # what was interrupted is solved again, what was finished isn't
    assert [one["reused"] for one in again["scenarios"]] == [True, False, False]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--only", "deer"], 2, "There is no scenario 'deer'. Maybe dear is meant."),
        (["--file", "none.toml"], 2, "none.toml doesn't exist"),
        (["--workers", "0"], 2, "--workers"),
        (["--buckets", "3d"], 2, "Add what is missing"),
        (["--profile", "qiuck"], 2, "no profile 'qiuck'"),
        (
            ["--file", "bad.toml"],
            3,
            "bad change 1 table is lane; there is no such table. Maybe lanes is meant.",
        ),
    ],
)
def test_wrong_usage_and_faulty_files_solve_nothing(
    call: Call, data: Path, engine: Any, arguments: list[str], code: int, said: str
) -> None:
    engine(plan_of_nothing)
    Path("bad.toml").write_text('[bad]\n[[bad.change]]\ntable = "lane"\ndrop = true\n')
    found = call("scenarios", data, *arguments)
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    if code == 3:
        call("scenarios", data, *arguments, "--errors", "found.csv")
        assert "Maybe lanes is meant" in Path("found.csv").read_text()
    assert call("runs", "list").out == "There are no runs in runs.\n"


def test_scenarios_can_be_planned_by_a_baseline_and_are_called_so(call: Call, data: Path) -> None:
    said = call("scenarios", data, "--only", "dear", "--policy", "sequential")
    assert said.code == 0, said.err
    assert "base: completed, cost 106.90 EUR, sequential" in said.err
    listed = call("runs", "list", "--json").document["runs"]
    assert {run["effort"]["policy"] for run in listed} == {"sequential"}
