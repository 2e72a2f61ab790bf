"""`runs`, `check` and `export` of runs that are there."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.calling import Call, plan_of_nothing


@pytest.fixture
def run_id(call: Call, tiny: Path, engine: Any) -> str:
    engine(plan_of_nothing)
    run_id: str = call("solve", tiny, "--json").document["run_id"]
    return run_id


def test_the_list_has_every_run_the_newest_first(call: Call, tiny: Path, run_id: str) -> None:
    second = call("solve", tiny, "--force", "--json").document["run_id"]
    said = call("runs", "list")
    assert [line.split()[1] for line in said.out.splitlines()] == [second, run_id]
    assert [entry["run_id"] for entry in call("runs", "list", "--json").document["runs"]] == [second, run_id]


def test_an_empty_list_says_so(call: Call) -> None:
    assert call("runs", "list").out == "There are no runs in runs.\n"
    assert call("runs", "list", "--json").document["runs"] == []


def test_a_run_whose_process_has_gone_is_listed_as_failed(call: Call, run_id: str) -> None:
    folder = Path("runs") / run_id
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(record | {"status": "solving", "process": 2**22 + 1}))
    folder.rename(Path("runs") / f".{run_id}.partial")
    [entry] = call("runs", "list", "--json").document["runs"]
    assert (entry["status"], entry["folder"]) == ("failed", None)
    assert call("runs", "show", run_id).code == 2


def test_show_has_the_summary_and_the_tables(call: Call, run_id: str) -> None:
    said = call("runs", "show", run_id[-5:])
    assert said.code == 0
    assert "no plan can cost less than" in said.out
    assert "Orders" in said.out
    assert "Orders" not in call("runs", "show", run_id, "--rows", "0").out.replace("orders", "")
    assert call("runs", "show", run_id, "--json").document["kpis"]["loads"] == 0


def test_inputs_say_what_the_run_was_made_from(call: Call, tiny: Path, run_id: str) -> None:
    document = call("runs", "inputs", "latest", "--json").document
    assert (document["source"], document["source_exists"]) == (str(tiny), True)
    assert set(document["versions"]) >= {"planner", "pyomo", "highspy"}
    assert str(tiny) in call("runs", "inputs", "latest").out


def test_the_check_confirms_an_honest_run(call: Call, run_id: str) -> None:
    said = call("check", "latest")
    assert (said.code, said.err) == (0, "")
    assert "confirms" in said.out
    document = call("check", "latest", "--json").document
    assert (document["status"], document["violations"], document["differences"]) == ("confirmed", [], [])


def test_the_check_refutes_a_run_that_was_changed(call: Call, run_id: str) -> None:
    path = Path("runs") / run_id / "kpis.json"
    kpis = json.loads(path.read_text())
    path.write_text(json.dumps(kpis | {"fill_rate": 1.0}))
    said = call("check", run_id, "--json")
    assert said.code == 5
    assert said.document["status"] == "refuted"
    assert "fill_rate" in call("check", run_id).out


def test_the_check_notices_that_the_tables_have_changed(call: Call, tiny: Path, run_id: str) -> None:
    lines = (tiny / "inventory.csv").read_text().splitlines()
    (tiny / "inventory.csv").write_text("\n".join([lines[0], lines[1].rsplit(",", 1)[0] + ",1", *lines[2:]]))
    said = call("check", run_id, "--json")
    assert (said.code, said.document["data_changed"]) == (5, True)
    assert "have changed since" in said.err


def test_tables_that_have_moved_are_found_with_data(call: Call, tiny: Path, run_id: str) -> None:
    moved = tiny.rename(tiny.with_name("moved"))
    said = call("check", run_id)
    assert said.code == 2
    assert "Maybe they are elsewhere: see --data" in said.err
    assert call("check", run_id, "--data", moved).code == 0


def test_export_writes_a_workbook_and_files_once(call: Call, run_id: str) -> None:
    said = call("export", "latest", "--xlsx", "--to", "plan.xlsx", "--json")
    assert (said.code, said.document["path"]) == (0, "plan.xlsx")
    sheets = list(pd.read_excel("plan.xlsx", sheet_name=None, engine="calamine"))
    assert sheets[:3] == ["Summary", "Order proposal", "Load list"]
    assert sheets[-5:] == ["Orders", "Loads", "Inventory", "Costs", "Certificate"]
    assert call("export", "latest", "--to", "plan.xlsx").code == 2
    assert call("export", "latest", "--csv", "--to", "plan").code == 0
    assert Path("plan/orders.csv").exists()


def test_report_writes_a_page_and_says_what_it_concludes(call: Call, run_id: str) -> None:
    said = call("report", "latest", "-o", "page.html", "--json")
    assert (said.code, said.document["path"], said.document["runs"]) == (0, "page.html", [run_id])
    assert Path("page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert said.document["conclusions"][0].startswith("The plan costs")
    said = call("report", "latest", "-o", "page.html")
    assert said.out.splitlines()[-1] == "Wrote page.html"


def test_what_is_not_there_ends_with_2(call: Call, run_id: str) -> None:
    for verb in (["check"], ["export"], ["report"], ["runs", "show"], ["runs", "logs"], ["runs", "inputs"]):
        said = call(*verb, "nothing")
        assert said.code == 2
        assert "planner runs list" in said.err
