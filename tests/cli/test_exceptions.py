"""`planner exceptions`, from the tables to the screen."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import Call, Engine, plan_of_nothing

BANDS = "item_id,category,location_id,kind,min_projected_fill_rate,low_days_of_cover"


@pytest.fixture
def solved(call: Call, engine: Callable[[Engine], None], tiny: Path) -> Path:
    """The tiny sample with a band, and a run in which nothing is ordered."""
    (tiny / "policies.csv").write_text(f"{BANDS}\n,,,store,0.99,\n")
    with (tiny / "planner.toml").open("a") as settings:
        settings.write("\n[exceptions]\nleast_money = 1.0\n")
    engine(plan_of_nothing)
    assert call("solve", tiny, "--force").code == 0
    return tiny


def test_a_plan_of_nothing_has_exceptions_with_deadline_owner_and_actions(call: Call, solved: Path) -> None:
    said = call("exceptions", solved)
    assert said.code == 0, said.err
    for part in (
        "against the plan of",
        "recoverable",
        "to be answered by",
        "last dispatch that helps",
        "order ",
    ):
        assert part in said.out
    assert "Signs that retail and distribution pull apart" in said.out


def test_the_document_has_them_ranked(call: Call, solved: Path) -> None:
    content = call("exceptions", solved, "--json").document
    assert (content["status"], content["verb"], content["kind"]) == ("found", "exceptions", "exceptions")
    money = [one["recoverable"] for one in content["exceptions"]]
    assert money == sorted(money, reverse=True)
    assert [one["rank"] for one in content["exceptions"]] == list(range(1, len(money) + 1))
    best = content["exceptions"][0]
    assert 0 < best["recoverable"] <= best["stake"]
    assert best["cost_after"] <= best["cost_before"] - best["recoverable"] + 1e-6
    assert best["actions"]
    assert set(best["owners"]) <= {"retail", "distribution"}
    assert best["hours_left"] == best["response_hours"]
    assert (
        call("exceptions", solved, "--json", "--rows", 1).document["exceptions"][0]["exception_id"]
        == best["exception_id"]
    )


def test_nothing_to_list_is_nothing_to_do(call: Call, solved: Path) -> None:
    (solved / "planner.toml").write_text(
        (solved / "planner.toml").read_text().replace("least_money = 1.0", "least_money = 1000000.0")
    )
    said = call("exceptions", solved, "--json")
    assert (said.code, said.document["status"], said.document["exceptions"]) == (99, "nothing to do", [])
    assert said.document["below"]["count"] > 0


def test_without_a_run_it_says_so(call: Call, tiny: Path) -> None:
    said = call("exceptions", tiny)
    assert said.code == 99
    assert "without a plan" in said.out


def test_a_run_that_is_not_there(call: Call, solved: Path) -> None:
    said = call("exceptions", solved, "--run", "nope")
    assert said.code == 2
    assert "there is no run 'nope'" in said.err


def test_they_are_written_and_remembered(call: Call, solved: Path, tmp_path: Path) -> None:
    file, table, book = tmp_path / "e.json", tmp_path / "e.csv", tmp_path / "e.xlsx"
    for target in (file, table, book):
        assert call("exceptions", solved, "--to", target).code == 0
    kept = json.loads(file.read_text())
    kept["exceptions"][0]["since"] = "2020-01-01T00:00:00Z"
    file.write_text(json.dumps(kept))
    again = call("exceptions", solved, "--to", file, "--json").document["exceptions"]
    assert again[0]["since"] == "2020-01-01T00:00:00Z"
    assert again[0]["hours_left"] < 0
    assert table.read_text().splitlines()[0].startswith("rank,exception_id,type,says,recoverable")
    assert book.read_bytes()[:2] == b"PK"


def test_no_other_file_is_touched(call: Call, solved: Path, tmp_path: Path) -> None:
    other = tmp_path / "notes.json"
    other.write_text("[]")
    said = call("exceptions", solved, "--to", other)
    assert (said.code, other.read_text()) == (2, "[]")
    assert "nothing was written" in said.err
    assert call("exceptions", solved, "--to", tmp_path / "e.txt").code == 2
    assert call("exceptions", solved, "--to", tmp_path / "no" / "e.json").code == 2
