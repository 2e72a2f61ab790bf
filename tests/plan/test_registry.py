"""Runs appear complete or not at all, are found by short names, and answer a question once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from planner.errors import UsageError
from planner.plan.plan import Plan
from planner.plan.record import RunRecord, new_id
from planner.plan.registry import Registry
from planner.plan.run import Run, write_plan

# A process that publishes runs without end; it is given the folder of runs and a pickled plan.
PUBLISHER = """
import pickle, sys
from pathlib import Path
from planner.plan.effort import Effort
from planner.plan.record import new_record
from planner.plan.registry import Registry
from planner.plan.run import write_plan

registry, plan = Registry(Path(sys.argv[1])), pickle.loads(Path(sys.argv[2]).read_bytes())
while True:
    record = new_record("/data", "hash", "EUR", Effort("default", 0.01, 60.0, 2, 0)).step("validated")
    draft = registry.open(record)
    draft.step("solving")
    draft.log("solving")
    write_plan(draft.folder, plan)
    draft.step("completed", cost=plan.cost, bound=plan.bound, gap=plan.gap)
    draft.publish()
"""
FILES = {
    "certificate.json",
    "inventory.parquet",
    "kpis.json",
    "loads.csv",
    "log.txt",
    "orders.csv",
    "orders.parquet",
    "run.json",
}


def publish(registry: Registry, record: RunRecord, plan: Plan, **changes: object) -> Run:
    draft = registry.open(record)
    draft.log("solving: 0 s")
    write_plan(draft.folder, plan)
    draft.step("completed", cost=plan.cost, bound=plan.bound, gap=plan.gap, **changes)
    return draft.publish()


def test_a_run_has_its_files_and_reads_back_as_it_was(tmp_path: Path, record: RunRecord, plan: Plan) -> None:
    registry = Registry(tmp_path / "deep" / "runs")
    run = publish(registry, record, plan)
    assert {path.name for path in run.folder.iterdir()} == FILES
    again = registry.find("latest")
    assert again.record == run.record
    for name in ("orders", "loads", "inventory"):
        assert_frame_equal(
            getattr(again.plan, name), getattr(plan, name), check_dtype=False, check_exact=True
        )
    assert again.plan.kpis == plan.kpis
    assert again.plan.certificate == plan.certificate
    assert again.plan.prices is None
    assert "solving: 0 s" in again.log


def test_prices_are_kept_where_a_plan_has_them(tmp_path: Path, record: RunRecord, plan: Plan) -> None:
    prices = pd.DataFrame({"item_id": ["milk"], "price": [0.1 + 0.2]})
    run = publish(Registry(tmp_path), record, Plan(**{**vars(plan), "prices": prices}))
    assert_frame_equal(Run.read(run.folder).plan.prices, prices)


def test_a_run_is_invisible_until_it_is_published(tmp_path: Path, record: RunRecord, plan: Plan) -> None:
    registry = Registry(tmp_path)
    draft = registry.open(record)
    write_plan(draft.folder, plan)
    assert list(registry.runs()) == []
    assert [found.status for found in registry.drafts()] == ["solving"]
    draft.step("completed")
    draft.publish()
    assert [run.record.run_id for run in registry.runs()] == [record.run_id]
    assert list(registry.drafts()) == []


@pytest.mark.parametrize("content", [[], ["precious.csv"]])
def test_an_existing_folder_is_never_overwritten(
    tmp_path: Path, record: RunRecord, plan: Plan, content: list[str]
) -> None:
    registry = Registry(tmp_path)
    there = tmp_path / record.run_id
    there.mkdir()
    for name in content:
        (there / name).write_text("mine")
    with pytest.raises(FileExistsError, match="never overwritten"):
        publish(registry, record, plan)
    assert [path.name for path in there.iterdir()] == content


def test_a_process_killed_while_it_writes_leaves_no_half_run(tmp_path: Path, plan: Plan) -> None:
    plan_file, runs = tmp_path / "plan.pickle", tmp_path / "runs"
    pd.to_pickle(plan, plan_file)
    for delay in (0.0, 0.013, 0.031):
        before = len(list(Registry(runs).runs()))
        process = subprocess.Popen([sys.executable, "-c", PUBLISHER, str(runs), str(plan_file)])
        while len(list(Registry(runs).runs())) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for run in Registry(runs).runs():
            assert {path.name for path in run.folder.iterdir()} == FILES
            assert len(run.plan.orders) == 2
        assert {draft.status for draft in Registry(runs).drafts()} <= {"failed"}


def test_ids_sort_by_time_and_end_with_their_alias(record: RunRecord) -> None:
    ids = []
    for _ in range(5):
        ids.append(new_id())
        time.sleep(0.002)
    assert ids == sorted(ids)
    assert record.run_id.endswith(f"Z-{record.alias}")
    assert len(record.alias) == 5


def test_a_run_is_found_by_id_alias_beginning_and_folder(
    tmp_path: Path, record: RunRecord, plan: Plan
) -> None:
    registry = Registry(tmp_path)
    run = publish(registry, record, plan)
    for name in (record.run_id, record.alias, record.run_id[:8], record.alias[:3], "latest", str(run.folder)):
        assert registry.find(name).folder == run.folder


def test_a_name_that_fits_no_run_or_several_is_refused_with_advice(
    tmp_path: Path, record: RunRecord, plan: Plan
) -> None:
    registry = Registry(tmp_path)
    with pytest.raises(UsageError, match=r"no runs in .* Maybe they are elsewhere: see --out"):
        registry.find("latest")
    publish(registry, record, plan)
    publish(registry, record.model_copy(update={"run_id": new_id()}), plan)
    with pytest.raises(UsageError, match="planner runs list"):
        registry.find("nothing")
    with pytest.raises(UsageError, match="may be several runs"):
        registry.find(record.run_id[:6])


def test_foreign_folders_and_damaged_records_are_passed_over(
    tmp_path: Path, record: RunRecord, plan: Plan
) -> None:
    registry = Registry(tmp_path)
    run = publish(registry, record, plan)
    (tmp_path / "notes").mkdir()
    (tmp_path / "zzz").mkdir()
    (tmp_path / "zzz" / "run.json").write_text("{")
    assert [found.folder for found in registry.runs()] == [run.folder]
    with pytest.raises(UsageError, match="damaged"):
        registry.find(str(tmp_path / "zzz"))


def test_the_same_question_is_answered_by_the_run_that_has_the_answer(
    tmp_path: Path, record: RunRecord, plan: Plan
) -> None:
    registry = Registry(tmp_path)
    run = publish(registry, record, plan)
    again = record.model_copy(update={"run_id": new_id()})
    assert registry.answer(again) == run
    for change in (
        {"input_hash": "other"},
        {"profile": "quick"},
        {"effort": record.effort | {"seed": 1}},
        {"versions": record.versions | {"planner": "0.0.1"}},
    ):
        assert registry.answer(again.model_copy(update=change)) is None


def test_an_interrupted_run_is_no_answer(tmp_path: Path, record: RunRecord, plan: Plan) -> None:
    registry = Registry(tmp_path)
    publish(registry, record, plan, interrupted=True)
    assert registry.answer(record) is None


def test_runs_are_not_kept_where_a_file_is(tmp_path: Path, record: RunRecord) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(UsageError, match="it is not a folder"):
        Registry(tmp_path / "runs").open(record)
    with pytest.raises(UsageError, match="is not a folder"):
        list(Registry(tmp_path / "runs").runs())


def test_a_run_without_a_plan_says_so(tmp_path: Path, record: RunRecord) -> None:
    draft = Registry(tmp_path).open(record)
    draft.step("failed", error={"message": "no plan meets all limits"})
    run = draft.publish()
    with pytest.raises(UsageError, match="is failed: it has no plan"):
        _ = run.plan


def test_a_missing_file_is_named(tmp_path: Path, record: RunRecord, plan: Plan) -> None:
    run = publish(Registry(tmp_path), record, plan)
    (run.folder / "loads.csv").unlink()
    with pytest.raises(UsageError, match=r"loads\.csv is missing"):
        _ = Run.read(run.folder).plan
