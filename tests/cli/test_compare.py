"""`planner compare`: what is said on the screen, in JSON and by the exit code."""

from pathlib import Path

import pandas as pd
import pytest

from planner.plan.registry import Registry
from planner.plan.run import Run
from tests.cli.calling import Call
from tests.value.plans import run


@pytest.fixture
def base(tmp_path: Path) -> Run:
    return run(Registry(tmp_path / "runs"), 200, 199, ("milk", "van", 0, 10.0), ("tea", "van", 0, 1.0))


@pytest.fixture
def other(tmp_path: Path, base: Run) -> Run:
    registry = Registry(tmp_path / "runs")
    return run(registry, 204, 203, ("milk", "van", 1, 10.0), ("tea", "van", 0, 2.0), scenario="fuel_up")


def test_a_run_compared_with_itself_shows_no_difference(call: Call, base: Run) -> None:
    alias = base.record.alias
    said = call("compare", alias, "latest")
    assert said.code == 0
    assert f"{alias} and {alias} cost the same." in said.out
    assert "no difference" in said.out
    assert not any(mark in said.out for mark in ("+", " pt"))
    document = call("compare", alias, alias, "--json").document
    [change] = document["changes"]
    assert (change["verdict"]["kind"], set(change["orders"].values()), change["order_changes"]) == (
        "equal",
        {0},
        [],
    )
    assert all(set(figure["differences"]) <= {0, None} for figure in document["figures"])


def test_the_screen_says_what_differs_and_what_is_proven(call: Call, base: Run, other: Run) -> None:
    said = call("compare", base.record.alias, "latest").out
    # 4 more than 1 + 1 of both gaps; bounds 203 − 200 = 3 to 204 − 199 = 5
    assert (
        f"fuel_up is 4.00 EUR dearer than {base.record.alias}; proven: larger than both gaps together (2.00). "
        "The best plans differ by +3.00 to +5.00."
    ) in said
    assert "+2.00 %" in said  # 4 of 200
    assert f"fuel_up against {base.record.alias}: 1 moved day, 1 quantity" in said
    assert "milk" in said
    assert "milk" not in call("compare", base.record.alias, "latest", "--rows", 0).out


def test_json_has_every_figure_and_every_changed_order(call: Call, base: Run, other: Run) -> None:
    document = call("compare", base.record.run_id, other.record.run_id, "--json").document
    assert (document["status"], document["verb"], document["currency"]) == ("done", "compare", "EUR")
    assert [entry["label"] for entry in document["runs"]] == [base.record.alias, "fuel_up"]
    figures = {figure["name"]: figure for figure in document["figures"]}
    assert figures["cost.freight.truck"] == {
        "name": "cost.freight.truck", "values": [200, 204], "differences": [0, 4], "shares": [0, 0.02],
    }  # fmt: skip
    assert document["changes"][0]["order_changes"][0] == {
        "change": "moved day", "item_id": "milk", "origin": "dc", "destination": "store",
        "mode_before": "van", "mode_after": "van", "dispatch_before": "2026-03-02", "dispatch_after": "2026-03-03",
        "quantity_before": 10, "quantity_after": 10,
    }  # fmt: skip


def test_a_requirement_that_fails_ends_with_8(call: Call, base: Run, other: Run) -> None:
    names = (base.record.alias, other.record.alias)
    fine = call("compare", *names, "--require", "cost.total<=+2%", "--require", "fill_rate>=-0.005")
    assert (fine.code, fine.out.count("  met   ")) == (0, 2)
    failed = call("compare", *names, "--require", "cost.total<=+1%", "--require", "loads<=2")
    assert failed.code == 8
    assert "FAILED  cost.total<=+1%: fuel_up has 204.00, the limit is 202.00" in failed.out
    document = call("compare", *names, "--require", "cost.total<=+1%", "--json")
    assert (document.code, document.document["status"]) == (8, "failed")
    assert document.document["requirements"][0]["met"] is False


def test_it_is_written_where_to_says(call: Call, base: Run, other: Run) -> None:
    names = (base.record.alias, other.record.alias)
    said = call("compare", *names, "--to", "compared.xlsx", "--json")
    assert (said.code, said.document["written"]) == (0, ["compared.xlsx"])
    assert list(pd.read_excel("compared.xlsx", sheet_name=None, engine="calamine")) == [
        "Key figures",
        "Cost",
        "Orders",
    ]
    assert (
        call("compare", *names, "--to", "compared.csv").err
        == "Wrote compared.csv\nWrote compared-orders.csv\n"
    )
    assert call("compare", *names, "--to", "compared.csv").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["latest"], "Give two runs or more"),
        (["latest", "nothing"], "there is no run 'nothing'"),
        (["latest", "latest", "--require", "cost<1"], "'cost<1' is not a requirement"),
        (["latest", "latest", "--require", "cost.totl<=1"], "Maybe cost.total is meant"),
        (["latest", "latest", "--to", "compared.pdf"], "written as .xlsx or .csv"),
    ],
)
def test_wrong_usage_ends_with_2(call: Call, base: Run, arguments: list[str], said: str) -> None:
    found = call("compare", *arguments)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
