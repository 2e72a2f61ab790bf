"""`planner check` believes a bound that prices prove only as far as they do."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.audit import CheckReport, check
from planner.audit.bound import Unreadable, recompute
from planner.audit.bound.claim import refuted_bound
from planner.compile import compile_problem
from planner.tables.dataset import DataSet
from tests.audit.certificate import first_ascent, price_frame
from tests.audit.test_audit_check import busy_world
from tests.audit.world import write_run

Run = tuple[Path, DataSet]


MEMBER = {
    "origin": "S",
    "destination": "D",
    "mode": "truck",
    "route": "",
    "first": "2026-01-05",
    "last": "2026-01-08",
}
SPLIT = {"members": [MEMBER], "at_most": 0, "yes": 1, "no": 2}
NODES = [
    {"node": 0, "split": SPLIT},
    {"node": 1, "leaf": 1, "multipliers": [{"node": 0, "price": 20.0}]},
    {"node": 2, "leaf": 3, "multipliers": [{"node": 0, "price": 25.0}]},
]


def of_place(location: str, nodes: Any) -> dict[str, Any]:
    return {"blocks": [{"locations": [location], "nodes": nodes}]}


TREE = of_place("D", NODES)


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
    assert [place[0] for place in places(check(*run))] == ["prices.parquet"]


def test_a_missing_column_is_a_finding(run: Run) -> None:
    path = run[0] / "prices.parquet"
    frame = pd.read_parquet(path)
    for column in frame.columns:
        frame.drop(columns=column).to_parquet(path, index=False)
        assert places(check(*run)) == [("prices.parquet", "", "")]


def test_tables_of_lists_are_a_finding(run: Run) -> None:
    path = run[0] / "prices.parquet"
    frame = pd.read_parquet(path)
    for column in ("origin", "date", "price"):
        frame.assign(**{column: [[1, 2]] * len(frame)}).to_parquet(path, index=False)
        assert [place[0] for place in places(check(*run))] == ["prices.parquet"]


def with_split(**changes: Any) -> dict[str, Any]:
    return of_place("D", [{"node": 0, "split": SPLIT | changes}, *NODES[1:]])


def with_member(**changes: Any) -> dict[str, Any]:
    return with_split(members=[MEMBER, MEMBER | changes])


def with_leaf(**changes: Any) -> dict[str, Any]:
    return of_place("D", [*NODES[:2], NODES[2] | changes])


def with_multiplier(price: Any, node: Any = 0) -> dict[str, Any]:
    return with_leaf(multipliers=[{"node": node, "price": price}])


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"blocks": {}},
        {"blocks": [3]},
        {"blocks": [{"nodes": NODES}]},
        {"blocks": [{"locations": ["D", "X"], "nodes": NODES}]},  # two blocks
        {"blocks": [{"locations": ["D", "D"], "nodes": NODES}]},
        {"blocks": [{"locations": [["D"]], "nodes": NODES}]},
        {"blocks": TREE["blocks"] * 2},
        of_place("nowhere", NODES),
        of_place("X", NODES),  # the members are lorries to another block
        of_place("D", None),
        of_place("D", []),
        of_place("D", [3]),
        of_place("D", NODES[1:]),  # no root
        of_place("D", NODES[:2]),  # a child is missing
        of_place("D", [*NODES, {"node": 7, "leaf": 7}]),  # never reached
        of_place("D", [*NODES, NODES[2]]),
        of_place("D", [NODES[0], NODES[1], {"node": 2}]),
        with_split(no=1),  # reached twice
        with_split(no=0),
        with_split(yes=None),
        with_split(yes=9),
        with_split(members=None),
        with_split(members=["S"]),
        with_split(at_most=0.5),
        with_split(at_most="0"),
        with_split(at_most=True),
        with_split(at_most=float("nan")),
        with_split(at_most=10**400),
        with_member(mode="carpet"),
        with_member(mode=["truck"]),
        with_member(destination=""),
        with_member(destination="X", origin="D"),
        with_member(first="2026-01-09"),  # after the last
        with_member(last="2026-02-01"),
        with_member(last=None),
        with_member(last={}),
        with_leaf(leaf=1),
        with_leaf(leaf=-3),
        with_leaf(leaf=3.5),
        with_leaf(split=SPLIT),
        with_leaf(multipliers=5),
        with_leaf(multipliers=[5]),
        with_leaf(multipliers=[{"node": 0, "price": 1.0}] * 2),
        with_multiplier(-1.0),
        with_multiplier(float("nan")),
        with_multiplier(float("inf")),
        with_multiplier(10**400),
        with_multiplier("1"),
        with_multiplier(True),
        with_multiplier(1.0, node=1),  # not above
        with_multiplier(1.0, node=[0]),
    ],
)
def test_what_is_no_tree_is_a_finding_not_a_fault(run: Run, content: Any) -> None:
    data, prices = run[1], pd.read_parquet(run[0] / "prices.parquet")
    (run[0] / "branches.json").write_text(json.dumps(content))
    found = refuted_bound(run[0], data, {"proof": "prices", "bound": 0.0})
    assert found["file"].tolist() == ["branches.json"]
    with pytest.raises(Unreadable):
        recompute(data, prices, content)
