"""What planners get into their spreadsheets."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from planner.errors import UsageError
from planner.plan import workbook
from planner.plan.export import Format, export
from planner.plan.plan import INVENTORY_COLUMNS, LOAD_COLUMNS, ORDER_COLUMNS, Plan
from planner.plan.record import RunRecord
from planner.plan.registry import Registry
from planner.plan.run import Run, write_plan

PLANNED = ["Order proposal", "Load list", "Supplier orders", "Low stock", "Stock projection"]
SHEETS = ["Summary", *PLANNED, "Orders", "Loads", "Inventory", "Costs", "Certificate"]


@pytest.fixture
def run(tmp_path: Path, record: RunRecord, plan: Plan) -> Run:
    draft = Registry(tmp_path / "runs").open(record)
    write_plan(draft.folder, plan)
    draft.step("completed")
    return draft.publish()


def read(path: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(path, sheet_name=None, engine="calamine")


def test_the_workbook_has_the_sheets_in_reading_order_with_the_columns_of_the_files(
    run: Run, tmp_path: Path
) -> None:
    sheets = read(export(run, "xlsx", tmp_path / "plan.xlsx"))
    assert list(sheets) == SHEETS
    assert tuple(sheets["Orders"].columns) == ORDER_COLUMNS
    assert tuple(sheets["Loads"].columns) == LOAD_COLUMNS
    assert tuple(sheets["Inventory"].columns) == INVENTORY_COLUMNS
    assert sheets["Orders"]["dispatch_date"].tolist() == [pd.Timestamp("2026-03-02")] * 2
    assert sheets["Orders"]["quantity"].tolist() == [36, 1 / 3]
    costs = sheets["Costs"].set_index("cause")["money"]
    assert costs["freight"] + costs["holding"] == pytest.approx(costs["total"])
    summary = sheets["Summary"].set_index("name")["value"]
    assert (summary["gap"], summary["fill_rate"]) == (0.025, 0.99)


def test_a_name_that_begins_like_a_formula_stays_a_text(run: Run, tmp_path: Path) -> None:
    sheets = read(export(run, "xlsx", tmp_path / "plan.xlsx"))
    assert sheets["Orders"]["item_id"].tolist() == ["=milk", "bread"]
    folder = export(run, "csv", tmp_path / "plan")
    assert pd.read_csv(folder / "orders.csv")["item_id"].tolist() == ["'=milk", "bread"]


def test_sheets_can_be_read_without_touching_them(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(export(run, "xlsx", tmp_path / "plan.xlsx")) as book:
        loads = book.read("xl/worksheets/sheet8.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert 'state="frozen"' in loads
    assert '<autoFilter ref="A1:K2"/>' in loads
    for code in ("yyyy-mm-dd", "0.0%"):
        assert f'formatCode="{code}"' in styles


def test_the_folder_has_one_file_per_sheet(run: Run, tmp_path: Path) -> None:
    folder = export(run, "csv", tmp_path / "plan")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{name.lower().replace(' ', '_')}.csv" for name in SHEETS
    )


def test_without_a_name_the_export_is_called_like_the_run(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert export(run, "xlsx").name == f"{run.record.run_id}.xlsx"
    assert export(run, "csv").name == f"{run.record.run_id}-csv"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_never_overwrites(run: Run, tmp_path: Path, form: Format) -> None:
    target = tmp_path / "mine"
    target.write_text("mine")
    with pytest.raises(UsageError, match="exists already; nothing was written"):
        export(run, form, target)
    assert target.read_text() == "mine"


def test_an_export_into_a_folder_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="doesn't exist; nothing was written"):
        export(run, "xlsx", tmp_path / "nowhere" / "plan.xlsx")


def test_a_table_that_is_too_long_for_a_sheet_goes_on_in_the_next(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "ROWS_PER_SHEET", 1)
    sheets = read(export(run, "xlsx", tmp_path / "plan.xlsx"))
    assert sheets["Orders"]["order_id"].tolist() == ["O000001"]
    assert sheets["Orders 2"]["order_id"].tolist() == ["O000002"]
