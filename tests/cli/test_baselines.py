"""`planner solve --policy`: a baseline is a run like any other, only that it proves nothing."""

from pathlib import Path

import pytest

from tests.cli.calling import Call

POLICIES = ("sequential", "reorder")


@pytest.mark.parametrize("policy", POLICIES)
def test_a_baseline_is_a_completed_run_that_the_check_confirms(call: Call, tiny: Path, policy: str) -> None:
    solved = call("solve", tiny, "--policy", policy, "--json")
    assert solved.code == 0
    document = solved.document
    assert (document["status"], document["policy"], document["engine"]) == ("completed", policy, policy)
    assert (document["bound"], document["gap"]) == (0, 1)
    checked = call("check", "latest", "--json")
    assert (checked.code, checked.document["status"]) == (0, "confirmed")


def test_the_screen_says_that_it_is_a_baseline_and_that_nothing_is_proven(call: Call, tiny: Path) -> None:
    said = call("solve", tiny, "--policy", "reorder")
    assert said.code == 0
    assert "  baseline           reorder, to compare with: order-up-to levels" in said.out
    assert "nothing is proven about it" in said.out
    assert "no plan can cost less" not in said.out
    assert "reorder" in call("runs", "list").out


def test_the_policy_is_part_of_the_question(call: Call, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = call("solve", tiny, "--policy", "reorder", "--json").document
    other = call("solve", tiny, "--policy", "sequential", "--json").document
    monkeypatch.setenv("PLANNER_POLICY", "reorder")
    again = call("solve", tiny, "--json").document
    assert (first["reused"], other["reused"], again["reused"]) == (False, False, True)
    assert (again["run_id"], again["policy"]) == (first["run_id"], "reorder")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--gap", "0.1"),
        ("--engine", "exact"),
        ("--warm", "latest"),
        ("--executor", "tcp://127.0.0.1:8786"),
        ("--write-model", "m.lp"),
    ],
)
def test_options_of_the_joint_plan_are_refused(call: Call, tiny: Path, option: str, value: str) -> None:
    said = call("solve", tiny, "--policy", "reorder", option, value)
    assert said.code == 2
    assert f"--policy reorder has no use for {option}" in said.err
    assert not Path("runs").exists()


def test_a_joint_and_a_baseline_run_can_be_held_against_each_other(call: Call, tiny: Path) -> None:
    joint = call("solve", tiny, "--json").document
    baseline = call("solve", tiny, "--policy", "sequential", "--json").document
    assert baseline["cost"] >= joint["bound"] - 1e-6
    found = call("compare", joint["run_id"], baseline["run_id"], "--json").document
    [total] = [figure for figure in found["figures"] if figure["name"] == "cost.total"]
    assert total["values"] == [joint["cost"], baseline["cost"]]


def test_limits_that_contradict_each_other_end_a_baseline_as_they_end_a_joint_plan(
    call: Call, tiny: Path
) -> None:
    # all demand must be met: 100 rice, of which there are 10 + 10 + 25
    (tiny / "policies.csv").write_text(
        "kind,holding_cost_per_unit_day,lost_sales_allowed\nstore,0.15,false\n"
    )
    inventory = (tiny / "inventory.csv").read_text()
    (tiny / "inventory.csv").write_text(inventory.replace("rice,DC,70", "rice,DC,10"))
    joint = call("solve", tiny, "--json")
    baseline = call("solve", tiny, "--policy", "reorder", "--json")
    assert (joint.code, baseline.code) == (4, 4)
    assert baseline.document["conflicts"]
