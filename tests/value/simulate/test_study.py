"""Studies are kept, go on where they were stopped, and do not depend on who works on them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.errors import UsageError
from planner.value.simulate.setup import Effort, Setup, Trigger
from planner.value.simulate.study import State, simulate
from planner.value.simulate.tune import tuned_factor
from tests.value.simulate.shop import shop

SETUP = Setup(("sequential",), (0, 2), days=3, replications=2, effort=Effort(horizon=3))


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """What every cell measured, but not how long it took."""
    cells = {file.name: json.loads(file.read_text()) for file in (folder / "cells").iterdir()}
    return {
        name: {k: v for k, v in cell.items() if k != "seconds_per_review"} for name, cell in cells.items()
    }


def test_every_policy_delay_and_replication_is_simulated_and_summed_up(tmp_path: Path) -> None:
    both = replace(SETUP, policies=("sequential", "reorder"), replications=1)
    summary = simulate(shop(), both, tmp_path / "a")
    assert (summary["done"], summary["cells"]) == (4, 4)  # 2 policies × 2 delays × 1 replication
    assert json.loads((tmp_path / "a" / "simulation.json").read_text()) == json.loads(json.dumps(summary))
    assert {one["delay"] for one in summary["differences"]} == {0, 2}
    assert {one["policy"] for one in summary["cost_of_delay"]} == {"sequential", "reorder"}


def test_a_study_that_was_stopped_goes_on_and_nothing_is_simulated_twice(tmp_path: Path) -> None:
    folder, told = tmp_path / "a", []
    stopped = simulate(shop(), SETUP, folder, progress=told.append, stop=lambda: len(told) > 2)
    assert stopped["done"] == 2
    before = {file: file.stat().st_mtime_ns for file in (folder / "cells").iterdir()}
    states: list[State] = []
    ended = simulate(shop(), SETUP, folder, progress=states.append)
    assert ended["done"] == 4
    assert [state.done for state in states] == [2, 3, 4]
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_a_cell_that_was_stopped_is_begun_again(tmp_path: Path) -> None:
    """Asked every morning, three times per cell of three days: the fifth time is in the second cell."""
    calls: list[int] = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) >= 5

    stopped = simulate(shop(), SETUP, tmp_path / "a", stop=stop)
    assert stopped["done"] == 1
    assert simulate(shop(), SETUP, tmp_path / "a")["done"] == 4


def test_triggers_with_shocks_are_cells_that_workers_share_and_go_on(tmp_path: Path) -> None:
    """2 triggers × 2 replications; one folder is made by one worker in two calls, the other by two at once."""
    both = replace(
        SETUP, delays=(0,), days=5, shocks=5.0, triggers=(Trigger("event", 7), Trigger("daily", 1))
    )
    told: list[State] = []
    assert (
        simulate(shop(), both, tmp_path / "one", progress=told.append, stop=lambda: len(told) > 2)["done"] < 4
    )
    summary = simulate(shop(), both, tmp_path / "one")
    simulate(shop(), both, tmp_path / "two", workers=2)
    assert measured(tmp_path / "one") == measured(tmp_path / "two")
    assert set(measured(tmp_path / "one")) == {
        f"sequential-delay0-{name}-000{number}.json" for name in ("event", "daily") for number in (0, 1)
    }
    (found,) = summary["trigger_differences"]
    assert (found["trigger"], found["baseline"]) == ("event", "daily")
    with pytest.raises(UsageError, match="has another simulation"):
        simulate(shop(), replace(both, shocks=1.0), tmp_path / "one")


def test_two_workers_find_what_one_finds(tmp_path: Path) -> None:
    simulate(shop(), SETUP, tmp_path / "one")
    simulate(shop(), SETUP, tmp_path / "two", workers=2)
    assert measured(tmp_path / "one") == measured(tmp_path / "two")


def test_another_question_needs_another_folder(tmp_path: Path) -> None:
    simulate(shop(), SETUP, tmp_path / "a")
    other = replace(SETUP, seed=2)
    with pytest.raises(UsageError, match="has another simulation"):
        simulate(shop(), other, tmp_path / "a")


def test_a_study_grows_and_what_is_done_counts(tmp_path: Path) -> None:
    """With more replications and delays in the same folder it finds what a study of all of them finds."""
    few = replace(SETUP, delays=(0,), replications=1)
    simulate(shop(), few, tmp_path / "grown")
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "grown" / "cells").iterdir()}
    assert simulate(shop(), SETUP, tmp_path / "grown")["done"] == 4
    assert {file: file.stat().st_mtime_ns for file in before} == before
    simulate(shop(), SETUP, tmp_path / "whole")
    assert measured(tmp_path / "grown") == measured(tmp_path / "whole")
    assert simulate(shop(), few, tmp_path / "grown")["cells"] == 1  # a call sums up what it asks for


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty and holds no simulation"):
        simulate(shop(), SETUP, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_replications_come_one_after_the_other_so_that_a_stopped_study_has_all_policies() -> None:
    assert [cell.replication for cell in SETUP.cells()] == [0, 0, 1, 1]


def test_reorder_is_tuned_on_the_last_weeks_before_the_start() -> None:
    found = tuned_factor(shop(), Effort(horizon=7), Trigger("weekly", 7))
    assert found["training_days"] == 28
    assert found["cost"][str(found["factor"])] == min(found["cost"].values())
    assert len(set(found["cost"].values())) > 1
