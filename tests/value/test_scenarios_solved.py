"""Scenarios become runs: once, in any number of processes, and what is infeasible stops nobody."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from planner.errors import InvalidData
from planner.plan.registry import Registry
from planner.sample import init
from planner.verbs.check import check
from planner.verbs.scenarios import Answer, Watch, comparison_of, solve_scenarios
from planner.verbs.solve import Request

SCENARIOS = """
[fuel]
[[fuel.change]]
table = "lanes"
where = { mode = ["truck", "van"] }
multiply = { cost_per_vehicle = 1.2 }

[full]                             # all must be sold, and there are 3 of 100 rice
inherits = "fuel"
settings = { defaults.lost_sales_allowed = false }
[[full.change]]
table = "inventory"
where = { item_id = "rice" }
set = { on_hand = 1 }

[plenty]
settings = { review_days = 2 }
[[plenty.change]]
table = "inventory"
rows = [{ item_id = "soap", location_id = "DC", on_hand = 100 }]
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = init(tmp_path / "tiny", "tiny")
    (folder / "scenarios.toml").write_text(SCENARIOS)
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "runs")


def ask(tiny: Path) -> Request:
    return Request(tiny, gap=0.0, threads=1, engine="exact")


def costs(answers: list[Answer]) -> dict[str, float | None]:
    return {answer.name: answer.run.plan.cost if answer.run else None for answer in answers}


def test_scenarios_are_runs_that_can_be_checked_and_are_not_solved_again(
    tiny: Path, registry: Registry
) -> None:
    answers = solve_scenarios(ask(tiny), registry)
    assert [answer.name for answer in answers] == ["base", "fuel", "full", "plenty"]
    # the optimum of the sample, which its README derives, is 90.55; a fifth of 20 + 36 for trucks and vans is 11.20
    assert costs(answers)["base"] == pytest.approx(90.55)
    assert costs(answers)["fuel"] == pytest.approx(101.75)
    assert costs(answers)["full"] is None
    kind, reason = answers[2].reason or ("", "")
    assert kind == "NoFeasiblePlan"
    assert "rice" in reason
    for answer in answers:
        if answer.run:
            assert answer.run.record.scenario == answer.name
            verdict = check(answer.run.record.run_id, registry)
            assert (verdict.confirmed, verdict.data_changed) == (True, False)

    before = [run.record.run_id for run in registry.runs()]
    assert len(before) == 4  # the one without a plan, too
    again = solve_scenarios(ask(tiny), registry, workers=1)
    assert [run.record.run_id for run in registry.runs()] == before
    assert costs(again) == costs(answers)
    assert [answer.reused for answer in again] == [True, True, False, True]
    assert again[2].reason == answers[2].reason

    compared = comparison_of(again)
    assert compared is not None
    assert compared.labels == ("base", "fuel", "plenty")


def test_only_some_of_them_and_base(tiny: Path, registry: Registry) -> None:
    answers = solve_scenarios(ask(tiny), registry, only="plenty")
    assert [answer.name for answer in answers] == ["base", "plenty"]


def test_a_run_whose_tables_have_changed_since_says_so(tiny: Path, registry: Registry) -> None:
    answers = solve_scenarios(ask(tiny), registry, only="plenty")
    run = answers[1].run
    assert run is not None
    moved = shutil.copytree(tiny, tiny.with_name("moved"))
    assert check(run.record.run_id, registry, moved).confirmed
    lanes = (moved / "lanes.csv").read_text()
    (moved / "lanes.csv").write_text(
        lanes.replace("DC,FAR,van,2026-03-02,1,80,30", "DC,FAR,van,2026-03-02,1,80,31")
    )
    verdict = check(run.record.run_id, registry, moved)
    assert (verdict.confirmed, verdict.data_changed) == (False, True)


def test_what_scenarios_toml_says_later_does_not_change_a_run(tiny: Path, registry: Registry) -> None:
    run = solve_scenarios(ask(tiny), registry, only="fuel")[1].run
    assert run is not None
    (tiny / "scenarios.toml").write_text("[other]\n")
    assert check(run.record.run_id, registry).confirmed


def test_every_scenario_is_checked_before_the_first_is_solved(tiny: Path, registry: Registry) -> None:
    with (tiny / "scenarios.toml").open("a") as file:
        file.write('[[plenty.change]]\ntable = "lanes"\nwhere = { mode = "vam" }\ndrop = true\n')
        file.write(
            '[thin]\n[[thin.change]]\ntable = "inventory"\nwhere = { item_id = "lamp" }\nadd = { on_hand = -5 }\n'
        )
    with pytest.raises(InvalidData) as fault:
        solve_scenarios(ask(tiny), registry)
    assert [finding.message[:59] for finding in fault.value.findings] == [
        "scenarios.toml: plenty change 2 where.mode is vam; no row o",
        "scenario thin, inventory item_id lamp, location_id DC: on_h",
    ]
    assert list(registry.runs()) == []


def test_what_was_stopped_goes_on_where_it_was(tiny: Path, registry: Registry) -> None:
    seen: list[str] = []
    watch = Watch(answered=lambda answer: seen.append(answer.name), stop=lambda: len(seen) >= 2)
    answers = solve_scenarios(ask(tiny), registry, only="plenty,fuel", watch=watch)
    assert seen == ["base", "plenty"]
    assert [answer.as_dict()["status"] for answer in answers] == ["completed", "completed", "not solved"]
    again = solve_scenarios(ask(tiny), registry, only="plenty,fuel")
    assert [answer.reused for answer in again] == [True, True, False]


def test_two_processes_find_what_one_finds(tiny: Path, registry: Registry, tmp_path: Path) -> None:
    alone = solve_scenarios(ask(tiny), registry)
    together = solve_scenarios(ask(tiny), Registry(tmp_path / "others"), workers=2)
    assert [answer.name for answer in together] == [answer.name for answer in alone]
    for one, other in zip(alone, together, strict=True):
        assert one.reason == other.reason
        if one.run and other.run:
            assert one.run.plan.kpis == other.run.plan.kpis
            pd.testing.assert_frame_equal(one.run.plan.orders, other.run.plan.orders)
            assert one.run.record.question == other.run.record.question


def test_processes_share_the_cores_unless_told_otherwise(tiny: Path, registry: Registry) -> None:
    """A worker's threads are part of the question, so that they must not depend on more than the number of workers."""
    from os import cpu_count

    [answer] = solve_scenarios(Request(tiny, gap=0.0), registry, only="base", workers=2)
    assert answer.run is not None
    assert answer.run.record.effort["threads"] == min(2, max(1, (cpu_count() or 1) // 2))
