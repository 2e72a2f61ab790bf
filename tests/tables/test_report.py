"""What a user sees of the findings."""

import json

import pandas as pd
import pytest

from planner.errors import InvalidData, UsageError
from planner.tables.load import load


@pytest.fixture
def report(folder):
    rows = folder.rows("demand")
    folder.put("demand", [rows[0], *([*rows[1][:3], "-1", ""] for _ in range(30))])
    return folder.set("inventory", 2, item_id="MILK ").report()


def test_the_text_shows_the_first_20_and_counts_the_rest(report):
    lines = report.text().splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("demand.csv row 2: mean is -1; it can't be negative.")
    assert lines[-1] == "… and 40 more (59 errors, 1 warning in all)"


def test_errors_come_before_warnings(report):
    assert [finding.severity for finding in report.findings] == ["error"] * 59 + ["warning"]


def test_warnings_are_called_so(folder):
    assert (
        folder.set("inventory", 2, item_id="MILK ")
        .report()
        .text()
        .startswith("Warning: inventory.csv row 2:")
    )


def test_all_findings_are_written_as_csv(report, tmp_path):
    report.write(tmp_path / "errors.csv")
    written = pd.read_csv(tmp_path / "errors.csv", dtype=str, keep_default_na=False)
    assert len(written) == 60
    assert written.loc[0, ["code", "file", "row", "column"]].tolist() == [
        "below_bound",
        "demand.csv",
        "2",
        "mean",
    ]
    assert written.loc[0, "value"] == "'-1"  # a spreadsheet must not take it for a formula
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_all_findings_are_written_as_json(report, tmp_path):
    report.write(tmp_path / "errors.json")
    written = json.loads((tmp_path / "errors.json").read_text(encoding="utf-8"))
    assert written == report.as_dicts()
    assert written[0]["message"] == report.findings[0].message


def test_other_formats_are_refused(report, tmp_path):
    with pytest.raises(UsageError, match=r"errors.txt: findings can be written as .csv or .json"):
        report.write(tmp_path / "errors.txt")
    assert not (tmp_path / "errors.txt").exists()


def test_invalid_data_says_the_first_20(folder):
    rows = folder.rows("demand")
    folder.put("demand", [rows[0], *([*rows[1][:3], "-1", ""] for _ in range(30))])
    with pytest.raises(InvalidData, match=r"demand\.csv row 2: mean is -1") as caught:
        load(folder.path)
    assert str(caught.value).endswith("… and 39 more")
    assert len(caught.value.findings) == 59
