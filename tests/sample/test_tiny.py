"""The tiny sample: its README claims an optimum; an exhaustive search confirms it."""

import re

import pytest

from planner.sample import write
from tests.sample import tiny_search
from tests.sample.tiny_search import Plan, held_at_dc, plans


@pytest.fixture(scope="module")
def readme(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tiny")
    write("tiny", folder)
    return (folder / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def best() -> dict[str, Plan]:
    return {store: min(plans(store), key=lambda plan: plan.cost) for store in tiny_search.DEMAND}


def test_the_cost_in_the_readme_is_the_lowest_of_all_sensible_plans(
    readme: str, best: dict[str, Plan]
) -> None:
    claimed = re.search(r"^Optimal cost: ([\d.]+)$", readme, re.MULTILINE)
    assert claimed is not None
    assert float(claimed[1]) == pytest.approx(held_at_dc() + sum(plan.cost for plan in best.values()))


def test_the_plan_in_the_readme_is_the_best_one_and_the_only_one(best: dict[str, Plan]) -> None:
    assert best["NEAR"].sent == {
        "rice": (("van", 0), ("van", 0), ("van", 2), ("van", 2)),
        "lamp": (("van", 2),),
        "bought": (),
    }
    assert best["FAR"].sent == {
        "rice": (("van", 2), ("van", 2)),
        "soap": (("van", 2), ("van", 2)),
        "lamp": (("express", 1),),
        "bought": (("truck", 0), ("truck", 0)),
    }
    for store, plan in best.items():
        assert sum(other.cost < plan.cost + 0.05 for other in plans(store)) == 1


def test_the_causes_in_the_readme_add_up(readme: str, best: dict[str, Plan]) -> None:
    shown = dict(re.findall(r"^\| \**([\w, ₂]+?)\** \|.*\| \**([\d.]+)\** \|$", readme, re.MULTILINE))
    amounts = {name: float(amount) for name, amount in shown.items()}
    total = amounts.pop("total")
    assert sum(amounts.values()) == pytest.approx(total)
    parts = {cause: sum(plan.parts[cause] for plan in best.values()) for cause in best["FAR"].parts}
    parts["holding"] += held_at_dc()
    for cause, words in (
        ("freight", "freight"),
        ("holding", "holding"),
        ("lost_sales", "lost"),
        ("handling", "handling"),
    ):
        told = sum(amount for name, amount in amounts.items() if name.startswith(words))
        assert told == pytest.approx(parts[cause])


def test_what_the_readme_says_of_the_alternatives_is_true(readme: str, best: dict[str, Plan]) -> None:
    def cheapest(store: str, wanted: object) -> float:
        costs = (plan.cost for plan in plans(store) if wanted(plan.sent))  # type: ignore[operator]
        return round(min(costs) - best[store].cost, 2)

    def vans(sent: dict[str, tuple[tuple[str, int], ...]]) -> set[int]:
        return {day for cases in sent.values() for mode, day in cases if mode == "van"}

    assert cheapest("NEAR", lambda sent: len(vans(sent)) == 1) == 1.60
    assert cheapest("NEAR", lambda sent: len(vans(sent)) == 3) == 1.80
    assert cheapest("NEAR", lambda sent: len(vans(sent)) == 4) == 4.00
    assert cheapest("NEAR", lambda sent: vans(sent) == {0, 3}) == 0.60
    assert cheapest("NEAR", lambda sent: vans(sent) == {0, 1}) == 1.40
    assert cheapest("FAR", lambda sent: not sent["lamp"]) == 10.50
    assert cheapest("FAR", lambda sent: ("express", 1) in sent["rice"]) == 15.05
    assert cheapest("FAR", lambda sent: vans(sent) == {0, 2}) == 16.35
    assert cheapest("FAR", lambda sent: vans(sent) == {0} and not sent["soap"]) == 18.60
    assert cheapest("FAR", lambda sent: not vans(sent)) == 19.55
    assert cheapest("FAR", lambda sent: ("express", 4) in sent["soap"]) == 19.95
    for amount in ("1.60", "1.80", "4.00", "10.50", "15.05", "16.35", "18.60", "19.55", "19.95"):
        assert f"+ {amount} |" in readme


def test_the_search_reads_the_same_numbers_as_the_tables() -> None:
    from planner.sample.folder import tables

    data = tables("tiny")
    items = data["items"].set_index("item_id")
    assert items["case_size"].to_dict() == tiny_search.CASE
    assert items["unit_weight_kg"].to_dict() == tiny_search.KG
    assert (items["unit_price"] - items["unit_cost"]).to_dict() == tiny_search.MARGIN
    wanted = data["demand"].groupby(["location_id", "item_id"])["mean"].apply(list)
    assert wanted.to_dict() == {
        (store, item): means for store, of in tiny_search.DEMAND.items() for item, means in of.items()
    }
    stock = data["inventory"].set_index(["location_id", "item_id"])["on_hand"].to_dict()
    opening = {("DC", item): units for item, units in tiny_search.DC_OPENING.items()}
    opening |= {
        (store, item): units for store, of in tiny_search.OPENING.items() for item, units in of.items()
    }
    assert stock == opening
    vans = data["lanes"][data["lanes"]["mode"] == "van"].set_index("destination")["cost_per_vehicle"]
    assert vans.to_dict() == tiny_search.VAN_COST
