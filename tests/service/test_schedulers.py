"""The examples of docs/schedulers.md, run as they stand there, in the schedulers themselves where these are installed."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InvalidData, UsageError
from tests.service.server import Server

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "schedulers.md").read_text()


@pytest.fixture
def place(server: Server, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the examples call /srv/plan, for a program that knows where the service is."""
    shutil.copytree(tiny, tmp_path / "tables")
    (tmp_path / "orders").mkdir()
    monkeypatch.setenv("PLANNER_URL", server.address)
    monkeypatch.setenv("PLANNER_TOKEN", str(server.token))
    return tmp_path


def example(name: str, place: Path) -> str:
    """The example of that name, for another place than /srv/plan."""
    [found] = re.findall(rf"<!-- {name} -->\n\n```\w+\n(.*?)```", PAGE, flags=re.DOTALL)
    return str(found).replace("/srv/plan", str(place))


def invalidate(place: Path) -> None:
    (place / "tables" / "inventory.csv").write_text("item_id,location_id,on_hand\nrice,NEAR,-4\n")


def test_planning_as_a_function_is_done_once_per_key(place: Path) -> None:
    known = dict[str, Any]()
    exec(example("planning.py", place), known)
    runs = [known["plan"](str(place / "tables"), key="scheduled__2026-03-02") for _ in range(2)]
    assert runs[0] == runs[1]
    for _ in range(2):
        assert Path(known["export"](runs[0], str(place / "orders"))).stat().st_size > 5000
    invalidate(place)
    with pytest.raises(UsageError, match="was used for another request"):
        known["plan"](str(place / "tables"), key="scheduled__2026-03-02")
    with pytest.raises(InvalidData):
        known["plan"](str(place / "tables"), key="scheduled__2026-03-03")


def test_cron_reads_the_exit_codes(place: Path) -> None:
    script = place / "plan.sh"
    script.write_text(example("plan.sh", place))
    (place / "bin").mkdir()
    (place / "bin" / "planner").write_text(f'#!/bin/sh\nexec {sys.executable} -m planner "$@"\n')
    (place / "bin" / "planner").chmod(0o755)

    def run() -> "subprocess.CompletedProcess[str]":
        path = f"{place / 'bin'}:{os.environ['PATH']}"
        settings = {**os.environ, "PATH": path, "PYTHONPATH": f"{ROOT}:{ROOT / 'models'}"}
        return subprocess.run(
            ["bash", str(script)], env=settings, cwd="/", capture_output=True, text=True, check=False
        )

    first = run()
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")  # no mail
    assert len(list((place / "orders").glob("*.xlsx"))) == 1
    invalidate(place)
    second = run()
    assert second.returncode == 3
    assert "No plan today" in second.stdout
    assert "inventory.csv row 2" in second.stdout


def python_with(library: str) -> str:
    """A Python that has the library: this one, or the one in PLANNER_TEST_AIRFLOW or PLANNER_TEST_DAGSTER; else skipped."""
    name = f"PLANNER_TEST_{library.upper()}"
    if name in os.environ:
        return os.environ[name]
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"no {library}, which is no dependency: name a Python that has it in {name}")
    return sys.executable


def run_in(place: Path, *argv: str, **settings: str) -> str:
    """Run it with the planner's source in the path, and nothing else of this environment."""
    path = {"PYTHONPATH": f"{ROOT}:{place}"}
    said = subprocess.run(
        argv, cwd=place, env={**os.environ, **path, **settings}, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout[-3000:] + said.stderr[-3000:]
    return said.stdout + said.stderr


def test_dagster_runs_its_example(place: Path) -> None:
    python = python_with("dagster")
    (place / "planning.py").write_text(example("planning.py", place))
    (place / "replenishment.py").write_text(example("replenishment.py for dagster", place))
    code = "import replenishment as r; {} r.replenishment.execute_in_process(raise_on_error=False)"
    run_in(place, python, "-c", code.format("assert") + ".success")
    assert len(list((place / "orders").glob("*.xlsx"))) == 1
    invalidate(place)
    said = run_in(place, python, "-c", code.format("assert not") + ".success")
    assert "inventory.csv row 2" in said
    assert "STEP_UP_FOR_RETRY" not in said


def test_airflow_runs_its_example(place: Path) -> None:
    python = python_with("airflow")
    dags = place / "dags"
    dags.mkdir()
    (dags / "planning.py").write_text(example("planning.py", place))
    (dags / "replenishment.py").write_text(example("replenishment.py for airflow", place))
    settings = {
        "AIRFLOW_HOME": str(place / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    for command in (["db", "migrate"], ["dags", "reserialize"], ["dags", "test", "replenishment"]):
        run_in(place, python, "-m", "airflow", *command, **settings)
    assert len(list((place / "orders").glob("*.xlsx"))) == 1
