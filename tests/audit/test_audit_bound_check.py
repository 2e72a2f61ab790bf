"""`planner check` believes a bound that prices prove only as far as they do."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.audit import CheckReport, check
from planner.audit.bound import recompute
from planner.compile import compile_problem
from planner.tables.dataset import DataSet
from tests.audit.certificate import first_ascent, price_frame, random_reference, random_windows
from tests.audit.test_audit_check import busy_world
from tests.audit.world import write_run

Run = tuple[Path, DataSet]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run whose bound is proven by prices and windows, to the last digit."""
    folder, world = tmp_path_factory.mktemp("original"), busy_world()
    data, evaluation = world.data(), world.evaluate()
    problem, random = compile_problem(data), np.random.default_rng(1)
    prices = price_frame(data, problem, first_ascent(problem, 4).prices)
    windows, reference = random_windows(data, problem, random, 2), random_reference(data, problem, random)
    windows["multiplier"] *= 0.1
    parts = recompute(data, prices, windows, reference)
    assert 0.0 < parts.total < evaluation.total
    write_run(folder, data, world.frame(), evaluation, bound=parts.total)
    change(folder, proof="prices", blocks=parts.by_location)
    for name, table in (("prices", prices), ("rounding", windows), ("reference", reference)):
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return folder, data


@pytest.fixture
def run(original: Run, tmp_path: Path) -> Run:
    """A copy of it."""
    return shutil.copytree(original[0], tmp_path / "run"), original[1]


def change(folder: Path, **claims: Any) -> None:
    path = folder / "certificate.json"
    content = json.loads(path.read_text()) | claims
    if "bound" in claims:
        content["gap"] = (content["cost"] - content["bound"]) / content["cost"]
    path.write_text(json.dumps(content))


def claim(folder: Path, name: str) -> Any:
    return json.loads((folder / "certificate.json").read_text())[name]


def places(report: CheckReport) -> list[tuple[str, str, str]]:
    return list(report.differences[["file", "row", "column"]].itertuples(index=False, name=None))


def test_a_bound_that_the_prices_prove_is_confirmed(run: Run) -> None:
    assert check(*run).agrees
    change(run[0], bound=0.5 * claim(run[0], "bound"))  # less may be claimed
    assert check(*run).agrees


def test_a_bound_that_is_a_hundredth_too_high_is_refuted(run: Run) -> None:
    change(run[0], bound=1.01 * claim(run[0], "bound"))
    report = check(*run)
    assert places(report) == [("certificate.json", "bound", "")]
    assert "at most" in report.text()


def test_a_bound_that_needs_windows_is_refuted_without_them(run: Run) -> None:
    parts = recompute(run[1], pd.read_parquet(run[0] / "prices.parquet"), None, None)
    change(run[0], bound=parts.total + 0.01)
    (run[0] / "rounding.parquet").unlink()
    (run[0] / "reference.parquet").unlink()
    assert ("certificate.json", "bound", "") in places(check(*run))


def test_a_claim_for_a_location_that_is_too_high_is_a_difference(run: Run) -> None:
    blocks = claim(run[0], "blocks")
    change(run[0], blocks=blocks | {"X": blocks["X"] + 5.0, "Y": 1.0, "D": "much"})
    assert places(check(*run)) == [("certificate.json", "blocks", name) for name in ("D", "X", "Y")]
    change(run[0], blocks=[1.0])
    assert places(check(*run)) == [("certificate.json", "blocks", "")]


def test_another_proof_needs_no_prices(run: Run) -> None:
    change(run[0], proof="relaxation")
    (run[0] / "prices.parquet").unlink()
    assert check(*run).agrees


def test_a_missing_or_unreadable_file_is_a_finding(run: Run) -> None:
    (run[0] / "rounding.parquet").write_bytes(b"PAR1 or not")
    assert places(check(*run)) == [("rounding.parquet", "", "")]
    (run[0] / "prices.parquet").unlink()
    assert places(check(*run)) == [("prices.parquet", "", "")]


def test_prices_that_prove_nothing_are_a_finding(run: Run) -> None:
    path = run[0] / "prices.parquet"
    prices = pd.read_parquet(path)
    prices.loc[prices["kind"] == "kg", "price"] = -100.0
    prices.to_parquet(path, index=False)
    change(run[0], blocks={})
    report = check(*run)
    assert places(report) == [("certificate.json", "bound", "")]
    assert "no lower bound" in report.text()


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("prices", "kind", "luck"),
        ("prices", "kind", 3),
        ("prices", "price", np.nan),
        ("prices", "price", "dear"),
        ("prices", "date", "2031-01-01"),
        ("prices", "date", "soon"),
        ("prices", "date", 3.5),
        ("prices", "mode", "carpet"),
        ("prices", "item_id", None),
        ("prices", "location_id", "nowhere"),
        ("rounding", "location_id", "S"),
        ("rounding", "location_id", "nowhere"),
        ("rounding", "measure", "miles"),
        ("rounding", "divisor", 0.0),
        ("rounding", "multiplier", -1.0),
        ("rounding", "multiplier", np.inf),
        ("rounding", "last", "2025-01-01"),
        ("reference", "item_id", "nothing"),
        ("reference", "closing", np.inf),
        ("reference", "dispatched", True),
    ],
)
def test_what_can_not_be_read_is_a_finding_not_a_fault(
    run: Run, file: str, column: str, value: object
) -> None:
    path = run[0] / f"{file}.parquet"
    frame = pd.read_parquet(path)
    frame[column] = pd.Series([value] * len(frame), dtype=object if value is None else None)
    frame.to_parquet(path, index=False)
    assert [place[0] for place in places(check(*run))] == [f"{file}.parquet"]


@pytest.mark.parametrize("file", ["prices", "rounding", "reference"])
def test_a_missing_column_is_a_finding(run: Run, file: str) -> None:
    path = run[0] / f"{file}.parquet"
    for column in pd.read_parquet(path).columns:
        before = path.read_bytes()
        pd.read_parquet(path).drop(columns=column).to_parquet(path, index=False)
        assert places(check(*run)) == [(f"{file}.parquet", "", "")]
        path.write_bytes(before)


def test_tables_of_lists_are_a_finding(run: Run) -> None:
    path = run[0] / "prices.parquet"
    frame = pd.read_parquet(path)
    for column in ("origin", "date", "price"):
        frame.assign(**{column: [[1, 2]] * len(frame)}).to_parquet(path, index=False)
        assert [place[0] for place in places(check(*run))] == ["prices.parquet"]
