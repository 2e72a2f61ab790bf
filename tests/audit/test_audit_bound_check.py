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
from planner.audit.bound.claim import refuted_bound
from planner.compile import compile_problem
from planner.tables.dataset import DataSet
from tests.audit.certificate import first_ascent, price_frame
from tests.audit.test_audit_bound_trees import TREE
from tests.audit.test_audit_check import busy_world
from tests.audit.world import write_run

Run = tuple[Path, DataSet]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run whose bound is proven by prices and a tree, to the last digit."""
    folder, world = tmp_path_factory.mktemp("original"), busy_world()
    data, evaluation = world.data(), world.evaluate()
    prices = price_frame(data, compile_problem(data), first_ascent(compile_problem(data), 4).prices)
    at_the_dc = prices["kind"].isin(["kg", "m3"]) & (prices["destination"] == "D")
    leaves = [
        prices[at_the_dc].assign(leaf=leaf, price=prices["price"] * rate)
        for leaf, rate in ((1, 1.2), (3, 0.2))
    ]
    prices = pd.concat([prices[~at_the_dc], *leaves], ignore_index=True)
    parts = recompute(data, prices, TREE)
    assert 0.0 < parts.total < evaluation.total
    write_run(folder, data, world.frame(), evaluation, bound=parts.total)
    change(folder, proof="prices", blocks={"nowhere": "anything"})
    prices.to_parquet(folder / "prices.parquet", index=False)
    (folder / "branches.json").write_text(json.dumps(TREE))
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


def files(run: Run) -> list[str]:
    """Where something is wrong with a bound that claims little."""
    return refuted_bound(*run, {"proof": "prices", "bound": 0.0})["file"].tolist()


def test_a_bound_that_the_prices_prove_is_confirmed(run: Run) -> None:
    assert check(*run).agrees
    change(run[0], bound=0.5 * claim(run[0], "bound"))  # less may be claimed
    assert check(*run).agrees


def test_a_bound_that_is_a_hundredth_too_high_is_refuted(run: Run) -> None:
    change(run[0], bound=1.01 * claim(run[0], "bound"))
    report = check(*run)
    assert places(report) == [("certificate.json", "bound", "")]
    assert "at most" in report.text()


def test_a_tree_belongs_to_its_prices(run: Run) -> None:
    (run[0] / "branches.json").unlink()
    report = check(*run)
    assert places(report) == [("prices.parquet", "", "")]
    assert "leaf" in report.text()


def test_a_bound_is_that_of_the_lowest_leaf(run: Run) -> None:
    prices = pd.read_parquet(run[0] / "prices.parquet")
    prices[(prices["leaf"] != 3)].to_parquet(run[0] / "prices.parquet", index=False)  # a leaf without prices
    change(run[0], bound=claim(run[0], "bound") + 0.01)
    assert places(check(*run)) == [("certificate.json", "bound", "")]


def test_another_proof_needs_no_prices(run: Run) -> None:
    change(run[0], proof="relaxation")
    (run[0] / "prices.parquet").unlink()
    assert check(*run).agrees


def test_a_missing_or_unreadable_file_is_a_finding(run: Run) -> None:
    (run[0] / "branches.json").write_text("{")
    assert places(check(*run)) == [("branches.json", "", "")]
    (run[0] / "prices.parquet").unlink()
    assert places(check(*run)) == [("prices.parquet", "", "")]


def test_prices_that_prove_nothing_are_a_finding(run: Run) -> None:
    path = run[0] / "prices.parquet"
    prices = pd.read_parquet(path)
    prices.loc[prices["kind"] == "kg", "price"] = -100.0
    prices.to_parquet(path, index=False)
    report = check(*run)
    assert places(report) == [("certificate.json", "bound", "")]
    assert "no lower bound" in report.text()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "luck"),
        ("kind", 3),
        ("price", np.nan),
        ("price", "dear"),
        ("date", "2031-01-01"),
        ("date", "soon"),
        ("date", 3.5),
        ("mode", "carpet"),
        ("item_id", None),
        ("location_id", "nowhere"),
        ("leaf", 0),
        ("leaf", 1.5),
        ("leaf", np.inf),
        ("leaf", "first"),
    ],
)
def test_what_can_not_be_read_is_a_finding_not_a_fault(run: Run, column: str, value: object) -> None:
    path = run[0] / "prices.parquet"
    frame = pd.read_parquet(path)
    frame[column] = pd.Series([value] * len(frame), dtype=object if value is None else None)
    frame.to_parquet(path, index=False)
    assert files(run) == ["prices.parquet"]


def test_a_missing_column_is_a_finding(run: Run) -> None:
    path = run[0] / "prices.parquet"
    frame = pd.read_parquet(path)
    for column in frame.columns:
        frame.drop(columns=column).to_parquet(path, index=False)
        assert files(run) == ["prices.parquet"]


def test_tables_of_lists_are_a_finding(run: Run) -> None:
    path = run[0] / "prices.parquet"
    frame = pd.read_parquet(path)
    for column in ("origin", "date", "price"):
        frame.assign(**{column: [[1, 2]] * len(frame)}).to_parquet(path, index=False)
        assert files(run) == ["prices.parquet"]


def test_what_is_no_tree_is_a_finding(run: Run) -> None:
    (run[0] / "branches.json").write_text(json.dumps({"blocks": TREE["blocks"] * 2}))
    assert files(run) == ["branches.json"]
