"""The first steps: a sample, and its check."""

from pathlib import Path

import pytest

from tests.cli.calling import Call


@pytest.mark.parametrize("sample", ["tiny", "retail"])
def test_a_sample_is_valid_as_it_is_written(call: Call, sample: str) -> None:
    said = call("init", "mine", "--sample", sample)
    assert said.code == 0
    assert "planner solve mine" in said.out
    assert call("validate", "mine", "--strict").code == 0


def test_init_never_writes_into_a_folder_that_is_in_use(call: Call) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    said = call("init", "mine", "--json")
    assert (said.code, said.document["status"]) == (2, "usage")
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


def test_validate_says_what_will_be_planned(call: Call, tiny: Path) -> None:
    document = call("validate", tiny, "--json").document
    assert (document["status"], document["horizon_days"], document["findings"]) == ("valid", 5, [])
    assert document["rows"]["items"] == 3
    assert len(document["input_hash"]) == 64
    assert "The plan will cover 5 days from" in call("validate", tiny).out


def test_every_finding_is_in_the_file_and_in_the_json(call: Call, tiny: Path) -> None:
    (tiny / "items.csv").write_text((tiny / "items.csv").read_text().replace("item_id", "itm_id"))
    said = call("validate", tiny, "--json", "--errors", "findings.json")
    assert said.code == 3
    assert said.document["status"] == "invalid"
    assert "items.csv" in said.err
    assert "Traceback" not in said.err
    assert Path("findings.json").exists()


def test_nothing_to_read_is_wrong_usage(call: Call) -> None:
    said = call("validate", "nowhere")
    assert (said.code, said.err) == (2, "nowhere doesn't exist. Maybe `planner init nowhere` first.\n")
