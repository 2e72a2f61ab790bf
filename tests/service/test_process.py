"""A job's process: its limits, its end, and that it doesn't outlive the server."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from planner.service.jobs.process import Ended, run
from planner.service.jobs.task import Task
from planner.service.jobs.work import work
from planner.service.settings import Limits, Settings
from planner.service.store.database import Database
from planner.service.store.jobs import Jobs
from planner.service.store.tables import Job
from tests.service.server import until

ROOT = Path(__file__).parents[2]
RETAIL = str(ROOT / "data" / "retail")
EASY: dict[str, Any] = {"seconds": 300, "memory_mb": 4000, "grace": 60}


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if _is_job(one)]


def _is_job(process: psutil.Process) -> bool:
    try:
        return "planner.service.jobs.child" in process.cmdline()
    except psutil.Error:  # it has just ended
        return False


def test_a_process_answers_with_the_document_of_the_command_line(tmp_path: Path, tiny: Path) -> None:
    told = list[dict[str, Any]]()
    ended = run(Task("solve", str(tmp_path / "runs"), str(tiny), run_id="mine"), **EASY, progress=told.append)
    assert ended.document
    assert (ended.document["run_id"], ended.document["status"]) == ("mine", "completed")
    assert told[-1]["cost"] == ended.document["cost"]
    again = run(
        Task("solve", str(tmp_path / "runs"), str(tiny), run_id="mine", options={"force": True}), **EASY
    )
    assert again.document == ended.document  # one run per id, also where it is forced
    assert children() == []


def test_a_fault_is_told_in_words(tmp_path: Path) -> None:
    ended = run(Task("solve", str(tmp_path), "nowhere"), **EASY)
    assert ended.fault
    assert (ended.fault["status"], ended.fault["exit_code"]) == ("usage", 2)


def test_too_many_rows_are_refused(tmp_path: Path, tiny: Path) -> None:
    ended = run(Task("validate", str(tmp_path), str(tiny), rows=10), **EASY)
    assert ended.fault
    assert "this service takes 10" in ended.fault["message"]


def test_a_process_that_needs_too_much_memory_is_ended(tmp_path: Path, tiny: Path) -> None:
    ended = run(Task("solve", str(tmp_path), str(tiny)), seconds=300, memory_mb=40, grace=60)
    assert "a job may have 40 MB" in ended.reason
    assert ended.final
    assert children() == []


def test_a_process_that_does_not_stop_is_ended(tmp_path: Path) -> None:
    """Asked to stop before it listens, or while it reads tables, it has a moment only."""
    task = Task("simulate", str(tmp_path / "runs"), RETAIL, run_id="mine", options={"days": 56})
    ended = run(task, seconds=4, memory_mb=4000, grace=0.1)
    assert ended.stopped
    assert ended.reason
    assert children() == []


def settings(tmp_path: Path, **limits: Any) -> Settings:
    return Settings(tmp_path, tmp_path / "runs", limits=Limits(**limits))


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    database.migrate()
    yield Jobs(database)
    database.close()


def accept(jobs: Jobs, tmp_path: Path, source: str, **options: Any) -> None:
    task = Task("solve", str(tmp_path / "runs"), source, options=options)
    jobs.accept(Job(id="mine", verb="solve", actor="ann", request=task.as_dict(), request_hash=""), 5)


def test_a_job_whose_process_dies_is_tried_again(jobs: Jobs, tmp_path: Path, tiny: Path) -> None:
    accept(jobs, tmp_path, str(tiny))
    import threading

    def kill_the_first() -> None:
        until(children)[0].send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill_the_first)
    killer.start()
    work("mine", jobs, settings(tmp_path))
    killer.join()
    job = jobs.find("mine")
    assert job
    assert (job.status, job.attempts, job.run_id) == ("done", 1, "mine")
    died = [event.data["reason"] for event in jobs.events("mine") if event.kind == "died"]
    assert died == ["the process ended by signal 9"]
    work("mine", jobs, settings(tmp_path))  # again, as after a crash: nothing happens
    assert [event.kind for event in jobs.events("mine")].count("done") == 1


def test_a_job_that_always_dies_fails_with_its_reason(
    jobs: Jobs, tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(jobs, tmp_path, str(tiny))
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python begins then
    work("mine", jobs, settings(tmp_path, attempts=2))
    job = jobs.find("mine")
    assert job
    assert job.error
    assert (job.status, job.attempts) == ("failed", 2)
    assert "It was tried 2 times" in job.error["message"]


def test_a_job_that_is_cancelled_while_it_runs_keeps_its_plan(jobs: Jobs, tmp_path: Path) -> None:
    accept(jobs, tmp_path, RETAIL, gap=0.0, time_limit=500.0)
    import threading

    def cancel() -> None:
        until(lambda: (jobs.find("mine") or Job()).progress)
        jobs.ask_to_stop("mine")

    canceller = threading.Thread(target=cancel)
    canceller.start()
    work("mine", jobs, settings(tmp_path))
    canceller.join()
    job = jobs.find("mine")
    assert job
    assert (job.status, job.run_id) == ("cancelled", "mine")
    assert job.result
    assert job.result["interrupted"]


def test_an_attempt_goes_on_from_what_a_killed_one_left(jobs: Jobs, tmp_path: Path, tiny: Path) -> None:
    """A run that was made before its job could be noted as done is the job's; half a run is thrown away."""
    (tmp_path / "runs" / ".mine.partial").mkdir(parents=True)
    accept(jobs, tmp_path, str(tiny), force=True)
    made = run(
        Task("solve", str(tmp_path / "runs"), str(tiny), run_id="mine", options={"force": True}), **EASY
    )
    assert isinstance(made, Ended)
    assert made.fault  # the folder of another process is in the way
    work("mine", jobs, settings(tmp_path))
    job = jobs.find("mine")
    assert job
    assert (job.status, job.run_id) == ("done", "mine")
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["mine"]
