"""Files are complete or not there, and numbers survive them."""

import json
import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan.files import to_json, write_atomically, write_csv, write_json


def test_a_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "kpis.json"
    target.write_text("old")

    def half(path: Path) -> None:
        path.write_text("ne")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(target, half)
    assert [path.name for path in tmp_path.iterdir()] == ["kpis.json"]
    assert target.read_text() == "old"


def test_a_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    write_json(tmp_path / "kpis.json", {})
    (tmp_path / "usual").touch()
    modes = {stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in ("kpis.json", "usual")}
    assert len(modes) == 1


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_reads_back_from_csv_as_the_same_number(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "numbers.csv"
    write_csv(path, pd.DataFrame({"kg": numbers, "m3": numbers}))
    back = pd.read_csv(path)
    assert back["kg"].tolist() == back["m3"].tolist() == numbers


def test_whole_cases_and_dates_are_written_as_people_write_them(tmp_path: Path) -> None:
    frame = pd.DataFrame({"cases": [3.0], "kg": [3.0], "date": [pd.Timestamp("2026-03-02")]})
    write_csv(tmp_path / "orders.csv", frame)
    assert (tmp_path / "orders.csv").read_text() == "cases,kg,date\n3,3,2026-03-02\n"


def test_part_cases_stay_parts(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", pd.DataFrame({"cases": [2.5, 1.0]}))
    assert (tmp_path / "orders.csv").read_text() == "cases\n2.5\n1.0\n"


def test_texts_with_commas_quotes_and_line_breaks_read_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"item_id": ["a,b", 'c"d', "e\nf", "", " g"], "cases": [1, 2, 3, 4, 5]}).astype(
        {"item_id": "str"}
    )
    for rows in (frame, frame.iloc[3:]):
        write_csv(tmp_path / "orders.csv", rows)
        back = pd.read_csv(tmp_path / "orders.csv", dtype={"item_id": "str"}, keep_default_na=False)
        assert back["item_id"].tolist() == rows["item_id"].tolist()
        assert back["cases"].tolist() == rows["cases"].tolist()


def test_names_of_columns_are_quoted_where_they_must_be_and_no_line_is_lost(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a,b": [1.0, 2.0], 'c"d': [3.0, 4.0]})
    alone = pd.DataFrame({"note": ["", "x", ""]}).astype("str")
    for rows in (frame, alone):
        write_csv(tmp_path / "table.csv", rows)
        pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "table.csv", keep_default_na=False), rows)


def test_what_is_missing_is_empty(tmp_path: Path) -> None:
    frame = pd.DataFrame({"kg": [1.5, None], "date": [None, pd.Timestamp("2026-03-02")]})
    write_csv(tmp_path / "loads.csv", frame)
    assert (tmp_path / "loads.csv").read_text() == "kg,date\n1.5,\n,2026-03-02\n"


def test_columns_that_were_put_together_are_written(tmp_path: Path) -> None:
    texts = pd.concat([pd.Series([], dtype="str"), pd.Series(["a", "b"], dtype="str")], ignore_index=True)
    write_csv(tmp_path / "frame.csv", pd.DataFrame({"text": texts, "number": [1, 2]}))
    assert (tmp_path / "frame.csv").read_text() == "text,number\na,1\nb,2\n"


def test_json_has_neither_nan_nor_a_second_line() -> None:
    text = to_json({"fill": float("nan"), "bound": float("-inf"), "note": "one\ntwo", "path": Path("runs")})
    assert "\n" not in text
    assert json.loads(text) == {"fill": None, "bound": None, "note": "one\ntwo", "path": "runs"}
