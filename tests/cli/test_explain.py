"""`planner explain` as a user meets it."""

from pathlib import Path

import pytest

from tests.cli.calling import Call


@pytest.fixture
def run(call: Call, tiny: Path) -> str:
    """The plan of the tiny sample: 90.55 (see its README)."""
    return str(call("solve", tiny, "--gap", 0, "--threads", 1, "--json").document["run_id"])


def test_an_order_is_explained_by_its_id_or_by_what_arrives_where_and_when(call: Call, run: str) -> None:
    said = call("explain", run, "--order", "O000003")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "O000003: 1 lamp (1 case), DC > FAR (express), Tue 03 Mar → Tue 03 Mar"
    # one day earlier: 0.60 at FAR instead of 0.20 at the DC
    assert any("by express, Mon 02 Mar" in line and "+0.40" in line and "next best" in line for line in lines)
    same = call("explain", run, "--item", "lamp", "--location", "FAR", "--date", "2026-03-03")
    assert same.out == said.out
    document = call("explain", run, "--order", "O000003", "--json").document
    assert document["cost"] == pytest.approx(90.55)
    less = next(one for one in document["alternatives"] if one["kind"] == "less")
    assert less["difference"] == pytest.approx(10.50)
    assert less["cost"] == pytest.approx(90.55 + 10.50)
    assert sum(less["causes"].values()) == pytest.approx(10.50)
    assert document["serves"]["sales"] == [{"location_id": "FAR", "date": "2026-03-03", "units": 1.0}]


def test_where_nothing_arrives_the_ways_to_bring_a_case_are_priced(call: Call, run: str) -> None:
    said = call("explain", run, "--item", "rice", "--location", "FAR", "--date", "2026-03-03")
    assert said.out.startswith("No rice arrives at FAR on 2026-03-03\n")
    # 10 kg with the lamp's 4: 14 · 2 = 28 instead of the minimum of 10: + 18; five are not lost: − 5; + 1.75 held; + 0.30 handling
    assert any("by express, Tue 03 Mar" in line and "+15.05" in line for line in said.out.splitlines())
    assert "serves" not in said.out
    said = call("explain", run, "--item", "soap", "--location", "NEAR", "--date", "2026-03-03")
    assert said.out.splitlines()[-1].startswith("  It is never there, and nobody asks for it")


def test_what_is_not_there_is_named_with_the_nearest_name(call: Call, run: str) -> None:
    for arguments, message in (
        (("--order", "O00003"), "the plan has no order 'O00003'. Maybe O000003 is meant."),
        (
            ("--item", "lmap", "--location", "FAR", "--date", "2026-03-03"),
            "there is no item 'lmap'. Maybe lamp",
        ),
        (("--item", "lamp", "--location", "FARR", "--date", "2026-03-03"), "Maybe FAR is meant."),
        (("--item", "lamp", "--location", "MILL", "--date", "2026-03-03"), "MILL is a supplier"),
        (("--item", "lamp", "--location", "FAR", "--date", "3.3.2026"), "write 2026-03-31"),
        (("--item", "lamp", "--location", "FAR", "--date", "2026-04-03"), "covers 2026-03-02 to 2026-03-06"),
        (("--item", "lamp"), "Say which order: --order ID, or --item, --location and --date together."),
        ((), "Say which order"),
        (("--order", "O000003", "--date", "2026-03-03"), "not by both"),
        (("--order", "O000003", "--item", "rice"), "order O000003 is of lamp, not of rice"),
    ):
        said = call("explain", run, *arguments)
        assert said.code == 2, arguments
        assert message in said.err, said.err


def test_data_that_have_changed_are_said_to_have(call: Call, run: str, tiny: Path) -> None:
    text = (tiny / "inventory.csv").read_text()
    assert "rice,DC,70" in text
    (tiny / "inventory.csv").write_text(text.replace("rice,DC,70", "rice,DC,90"))
    said = call("explain", run, "--order", "O000003")
    assert said.code == 0
    assert "they have changed since" in said.err
