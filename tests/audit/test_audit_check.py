"""A run folder is believed only if every number in it is right."""

import json
import math
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.audit import CheckReport, Evaluation, check
from planner.tables.dataset import DataSet
from tests.audit.world import World, chain, day, write_run
from tests.seeds import seeds

FILES = ("orders.csv", "loads.csv", "inventory.parquet", "kpis.json", "certificate.json")


def busy_world() -> World:
    """A feasible plan in which every cost and every number is alive."""
    world = chain(5, item={"case_size": 4, "unit_price": 16.0, "shelf_life_days": 3}, terminal_value="useful")
    world.settings |= {"co2_price_per_kg": 0.1, "change_cost_per_case": 0.5, "currency": "EUR"}
    world.settings["defaults"] = {"holding_rate_per_year": 0.9, "lost_sale_penalty": 1.0}
    world.item("B", case_size=2, unit_price=20.0, unit_weight_kg=2.5).place("T", "supplier").lane("T", "D")
    truck = {
        "vehicle_kg": 40.0,
        "vehicle_m3": 5.0,
        "cost_per_vehicle": 30.0,
        "kg_co2_per_vehicle": 4.0,
        "stop_cost": 2.0,
    }
    world.tables["lanes"][0] |= truck
    world.tables["lanes"][1] |= truck | {"cost_per_kg": 0.2}
    world.lane(
        "D", "X", "air", lead_time_days=0, cost_per_kg=3.0, min_charge=9.0, emergency=True, kg_co2_per_kg=0.7
    )
    world.stock("D", 60.0).stock("D", 30.0, item="B").stock("X", 12.0).stock("X", 9.0, item="B")
    world.demand("X", [6.0, 5.0, 7.0, 4.0, 6.0], sd=3.0).demand(
        "X", [2.0, 3.0, 2.0, 4.0, 1.0], sd=2.0, item="B"
    )
    world.row("supply", item_id="A", location_id="S", unit_cost=9.0).row(
        "supply", item_id="A", location_id="T"
    )
    world.row("handling", location_id="D", cost_per_line=1.5, cost_per_case=0.25)
    world.row(
        "capacities",
        location_id="D",
        resource="outbound_units",
        limit=10,
        overtime_limit=99,
        overtime_cost=0.4,
    )
    world.row(
        "open_orders", order_id="F1", item_id="A", origin="D", destination="X", mode="truck", quantity=6
    )
    world.tables["open_orders"][0] |= {"status": "firm", "dispatch_date": day(1)}
    world.order("D", "X", 1.5, dispatch=1, size=4.0, order_id="F1").order("T", "D", 3.0, size=4.0)
    world.order("S", "D", 2.0, dispatch=2, size=4.0).order("D", "X", 3.0, size=4.0)
    world.order("D", "X", 2.0, dispatch=2, size=4.0, mode="air", arrival=2)
    return world.order("D", "X", 2.0, dispatch=1, size=2.0, item="B").order(
        "D", "X", 2.0, dispatch=4, size=4.0
    )


@pytest.fixture
def run(tmp_path: Path) -> tuple[Path, DataSet]:
    world = busy_world()
    data, evaluation = world.data(), world.evaluate()
    write_run(tmp_path, data, world.frame(), evaluation, bound=0.9 * evaluation.total)
    return tmp_path, data


def test_the_busy_plan_has_every_cost(run: tuple[Path, DataSet]) -> None:
    evaluation = busy_world().evaluate()
    assert evaluation.feasible
    assert all(cost > 0.0 for cost in evaluation.costs.values())
    assert all(value for value in evaluation.kpis.values())


def test_a_true_claim_is_confirmed(run: tuple[Path, DataSet]) -> None:
    report = check(*run)
    assert report.agrees
    assert report.text().startswith("The check confirms the plan: cost ")
    assert json.loads(json.dumps(report.as_dict()))["agrees"] is True


def numbers_in(content: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all numbers in nested objects."""
    if isinstance(content, dict):
        return [found for key, value in content.items() for found in numbers_in(value, (*path, key))]
    return [path] if isinstance(content, int | float) else []


def corrupted(value: float, rng: np.random.Generator) -> float:
    """Another number, off by at least 1 % and 0.02."""
    step = max(0.02, abs(value) * float(rng.uniform(0.01, 2.0)))
    return value + step * float(rng.choice([-1.0, 1.0]))


def corrupt(folder: Path, file: str, rng: np.random.Generator) -> tuple[str, bytes]:
    """Change one number of a file; returns what was changed, and the bytes of the file before."""
    path = folder / file
    before = path.read_bytes()
    if file.endswith(".json"):
        content = json.loads(before)
        keys = numbers_in(content)
        chosen = keys[int(rng.integers(len(keys)))]
        place = content
        for key in chosen[:-1]:
            place = place[key]
        place[chosen[-1]] = corrupted(float(place[chosen[-1]]), rng)
        path.write_text(json.dumps(content))
        return f"{file} {'.'.join(chosen)}", before
    frame = pd.read_parquet(path) if file.endswith("parquet") else pd.read_csv(path, keep_default_na=False)
    columns = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    name, row = str(rng.choice(columns)), int(rng.integers(len(frame)))
    frame[name] = frame[name].astype(float)
    frame.loc[row, name] = corrupted(float(frame[name][row]), rng)
    frame.to_parquet(path, index=False) if file.endswith("parquet") else frame.to_csv(path, index=False)
    return f"{file} {row} {name}", before


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same orders give the same evaluation, and the same tables the same differences from it: found once."""
    # `planner.audit.check` as an attribute is the function, not its module.
    module = import_module("planner.audit.check")
    evaluate, compare = module.evaluate, module._table
    evaluations, compared = dict[str, Evaluation](), dict[tuple[str, bytes, int], pd.DataFrame]()

    def evaluate_once(data: DataSet, orders: pd.DataFrame, buckets: str) -> Evaluation:
        key = buckets + orders.to_csv()
        if key not in evaluations:
            evaluations[key] = evaluate(data, orders, buckets)
        return evaluations[key]

    def compare_once(folder: Path, kind: Any, recomputed: pd.DataFrame) -> pd.DataFrame:
        key = (kind.file, (folder / kind.file).read_bytes(), id(recomputed))
        if key not in compared:
            compared[key] = compare(folder, kind, recomputed)
        return compared[key]

    monkeypatch.setattr(module, "evaluate", evaluate_once)
    monkeypatch.setattr(module, "_table", compare_once)


@pytest.mark.slow
def test_corruptions_of_one_number_are_refuted(run: tuple[Path, DataSet], remembering: None) -> None:
    folder, data = run
    count = len(seeds(1000))
    rng, believed = np.random.default_rng(2026), []
    touched = set()
    for number in range(count):
        file = FILES[number % len(FILES)]
        what, before = corrupt(folder, file, rng)
        touched.add(what)
        if check(folder, data).agrees:
            believed.append(what)
        (folder / file).write_bytes(before)
    assert check(folder, data).agrees
    assert len(touched) >= min(120, count // 3)
    assert len(believed) <= count // 100, believed


@pytest.mark.parametrize("file", FILES)
def test_missing_and_damaged_files_are_findings(run: tuple[Path, DataSet], file: str) -> None:
    folder, data = run
    before = (folder / file).read_bytes()
    for content in (None, b"", b"\xff\x00\x12 no file of this kind {", b"[]", before[: len(before) // 2]):
        (folder / file).unlink() if content is None else (folder / file).write_bytes(content)
        report = check(folder, data)
        assert not report.agrees
        if content is None:
            assert list(report.differences[report.differences["claimed"] == "no such file"]["file"]) == [file]
        assert "refutes" in report.text()
        json.dumps(report.as_dict())


def claims(report: CheckReport) -> list[tuple[str, str, str]]:
    rows = report.differences
    return [*zip(rows["file"], rows["row"], rows["column"], strict=True)]


def change_certificate(folder: Path, **values: Any) -> None:
    path = folder / "certificate.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    ("values", "refuted"),
    [
        ({"input_hash": "0" * 64}, ["input_hash"]),
        ({"gap": 0.2}, ["gap"]),
        ({"cost": None}, ["cost"]),
        ({"bound": True}, ["bound"]),
        ({"bound": math.nan}, ["bound"]),
        ({"gap": "small"}, ["gap"]),
    ],
)
def test_a_wrong_certificate_is_refuted(
    run: tuple[Path, DataSet], values: dict[str, Any], refuted: list[str]
) -> None:
    folder, data = run
    change_certificate(folder, **values)
    assert claims(check(folder, data)) == [("certificate.json", name, "") for name in refuted]


def test_a_bound_above_the_cost_is_refuted_even_with_a_matching_gap(run: tuple[Path, DataSet]) -> None:
    folder, data = run
    cost = json.loads((folder / "certificate.json").read_text())["cost"]
    change_certificate(folder, bound=cost * 1.1, gap=-0.1)
    assert claims(check(folder, data)) == [("certificate.json", "bound", "")]
    change_certificate(folder, bound=cost + 0.004, gap=-0.004 / cost)
    assert check(folder, data).agrees


def test_other_data_than_the_plan_was_made_for_is_noticed(run: tuple[Path, DataSet]) -> None:
    folder, data = run
    other = data.replace(inventory=data["inventory"].assign(on_hand=data["inventory"]["on_hand"] + 1.0))
    assert ("certificate.json", "input_hash", "") in claims(check(folder, other))


def test_rows_that_are_missing_repeated_or_invented_are_differences(run: tuple[Path, DataSet]) -> None:
    folder, data = run
    path = folder / "loads.csv"
    loads = pd.read_csv(path, keep_default_na=False)
    invented = loads.iloc[:1].assign(load_id="L999999")
    pd.concat([loads.iloc[1:], loads.iloc[1:2], invented]).to_csv(path, index=False)
    report = check(folder, data).differences
    assert list(report["row"]) == ["L000002", "L999999", "L000001"]
    assert list(report["claimed"]) == ["a row", "a row", "no such row"]


def test_a_violated_limit_is_listed_with_its_size(tmp_path: Path) -> None:
    world = busy_world()
    world.tables["capacities"][0]["overtime_limit"] = 1.0
    data, evaluation = world.data(), world.evaluate()
    write_run(tmp_path, data, world.frame(), evaluation, bound=0.0)
    report = check(tmp_path, data)
    assert report.differences.empty
    assert not report.agrees
    assert "capacity: D on 2026-01-05: outbound_units is 12, at most 11 units are possible" in report.text()
    assert report.as_dict()["violations"][0]["date"] == "2026-01-05"


def test_additional_and_absent_key_figures_are_differences(run: tuple[Path, DataSet]) -> None:
    folder, data = run
    path = folder / "kpis.json"
    figures = json.loads(path.read_text())
    figures["happiness"] = figures.pop("fill_rate")
    path.write_text(json.dumps(figures))
    assert claims(check(folder, data)) == [("kpis.json", "fill_rate", ""), ("kpis.json", "happiness", "")]
