"""`planner simulate` on a small chain: what it prints, what it refuses, how it goes on."""

import json
from pathlib import Path

import pytest

from planner.tables.write import write
from tests.cli.calling import Call
from tests.value.simulate.shop import shop


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    write(shop(horizon=4), tmp_path / "chain")
    return tmp_path / "chain"


QUICK = ("--policies", "sequential", "--days", "4", "--replications", "2")


def test_json_has_the_results_and_the_folder(call: Call, chain: Path) -> None:
    said = call("simulate", chain, *QUICK, "--delay", "0,2", "--json")
    assert said.code == 0, said.err
    document = said.document
    assert (document["status"], document["done"], document["cells"]) == (
        "completed",
        4,
        4,
    )  # 2 delays × 2 replications
    kept = json.loads((Path(document["folder"]) / "simulation.json").read_text())
    assert kept["results"] == document["results"]
    assert document["folder"].startswith("simulations/")


def test_the_table_has_a_column_per_policy_and_the_difference_in_cost(call: Call, chain: Path) -> None:
    said = call(
        "simulate",
        chain,
        "--policies",
        "sequential,reorder",
        "--days",
        "3",
        "--replications",
        "2",
        "--review",
        "3",
    )
    assert said.code == 0, said.err
    assert "sequential" in said.out
    assert "reorder" in said.out
    assert "sequential against reorder, fresh information:" in said.out
    assert "95 % interval" in said.out


def test_the_same_call_again_simulates_nothing(call: Call, chain: Path) -> None:
    first = call("simulate", chain, *QUICK, "--json").document
    files = {file: file.stat().st_mtime_ns for file in Path(first["folder"], "cells").iterdir()}
    again = call("simulate", chain, *QUICK, "--json").document
    assert {file: file.stat().st_mtime_ns for file in files} == files
    assert again["results"] == first["results"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--policies", "jiont"), "there is no policy 'jiont'. Maybe"),
        (("--policies", "reorder,reorder"), "name each policy once"),
        (("--delay", "1,x"), "--delay '1,x': ages of information in whole days"),
        (("--truth", "history", "--replications", "5"), "the history happened once"),
        (("--review", "9"), "a review every 9 days needs plans of at least as many; they are made for 4"),
        (
            ("--review", "2", "--buckets", "1d,1x3d"),
            "the first 2 days are carried out before the next review",
        ),
        (("--buckets", "3d"), "--buckets: 3d is 3 days, but the horizon has 4"),
        (("--truth", "history", "--days", "56"), "Ask for fewer --days, or for --truth draws"),
    ],
)
def test_what_cannot_be_simulated_is_said_with_advice(
    call: Call, chain: Path, arguments: tuple[str, ...], message: str
) -> None:
    said = call("simulate", chain, *arguments)
    assert said.code == 2
    assert message in said.err
    assert not Path("simulations").exists()


def test_tables_without_sales_are_refused(call: Call, tiny: Path) -> None:
    said = call("simulate", tiny)
    assert said.code == 2
    assert "simulate needs the table sales" in said.err
