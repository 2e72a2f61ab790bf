"""A person decides an order: priced to the cent against the plan, and afterwards against what happened."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.plan.effort import effort
from planner.plan.record import new_record
from planner.plan.run import EVENTS, Run, write_plan
from planner.response.events import applied
from planner.response.events import write as write_events
from planner.response.ledger import Ledger
from planner.solve import solve
from planner.tables.dataset import DataSet
from planner.tables.load import load
from planner.tables.write import write
from planner.value.simulate.hindsight import happened
from planner.verbs.runs import open_registry
from tests.cli.calling import Call

# The optimal plan of the tiny sample has, among others:
#   O000003  lamp  DC > FAR   express  Tue  1   for the customer who wants it on Tuesday
#   O000004  rice  DC > FAR   van      Wed  20
#   O000006  rice  DC > NEAR  van      Wed  20
LAMP, FAR_RICE, NEAR_RICE = "O000003", "O000004", "O000006"


@pytest.fixture(scope="session")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny sample in `tiny`, and its optimal plan in `runs`."""
    from planner.sample import init
    from planner.verbs.solve import Request
    from planner.verbs.solve import solve as solve_tables

    folder = tmp_path_factory.mktemp("solved")
    init(folder / "tiny", "tiny")
    solve_tables(Request(folder / "tiny", gap=0.0), open_registry(folder / "runs"))
    return folder


@pytest.fixture
def base(solved: Path, call: Call, tmp_path: Path) -> str:
    """A run of its own, which may be spoiled."""
    shutil.copytree(solved / "runs", tmp_path / "runs")
    shutil.copytree(solved / "tiny", tmp_path / "tiny")
    [folder] = [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(record | {"source": str(tmp_path / "tiny")}))
    return folder.name


def override(call: Call, run: str, order: str, *argv: object) -> Any:
    said = call("override", run, "--order", order, "--reason", "because", "--by", "Ann", *argv, "--json")
    assert said.code == 0, said.err
    return said.document


def test_an_override_is_priced_to_the_cent(call: Call, base: str) -> None:
    """Without the lamp: 20 of margin lost, 10 of express and 0.30 of handling saved; it stays at the DC, Tue to Fri at 0.20."""
    made = override(call, base, LAMP, "--quantity", 0)
    assert made["price"] == pytest.approx(20 - 10 - 0.30 + 4 * 0.20, abs=1e-9)
    causes = {"freight": -10, "handling": -0.3, "holding": 0.8, "lost_sales": 20}
    assert made["causes"] == pytest.approx(causes, abs=1e-9)
    assert made["before"] == {"quantity": 1.0, "mode": "express", "dispatch_date": "2026-03-03"}
    assert made["after"] == {}
    assert made["cost"] == pytest.approx(90.55 + 10.5, abs=1e-9)


def test_the_run_is_confirmed_and_proposed_and_says_what_is_different(call: Call, base: str) -> None:
    made = override(call, base, NEAR_RICE, "--quantity", 10)
    before, after = (Run.read(Path("runs") / name) for name in (base, made["run_id"]))
    assert (after.record.base, after.record.status) == (base, "completed")
    assert after.record.input_hash == before.record.input_hash
    assert after.record.bound == before.record.bound
    assert after.plan.gap == pytest.approx((after.plan.cost - before.plan.bound) / after.plan.cost)
    both = before.plan.orders.merge(after.plan.orders, how="outer", indicator=True)
    different = both[both["_merge"] != "both"].sort_values("cases")
    assert different[["order_id", "cases", "quantity", "_merge"]].values.tolist() == [
        [NEAR_RICE, 1.0, 10.0, "right_only"],
        [NEAR_RICE, 2.0, 20.0, "left_only"],
    ]
    assert call("check", made["run_id"]).code == 0
    assert call("runs", "show", made["run_id"], "--json").document["state"] == "proposed"
    assert call("solve", "tiny", "--gap", "0", "--json").document["run_id"] == base


@pytest.mark.parametrize(
    ("order", "argv", "after"),
    [
        (
            FAR_RICE,
            ["--mode", "express"],
            {"quantity": 20.0, "mode": "express", "dispatch_date": "2026-03-04"},
        ),
        (
            FAR_RICE,
            ["--date", "2026-03-03"],
            {"quantity": 20.0, "mode": "van", "dispatch_date": "2026-03-03"},
        ),
        (
            FAR_RICE,
            ["--mode", "express", "--date", "2026-03-05", "--quantity", "30"],
            {"quantity": 30.0, "mode": "express", "dispatch_date": "2026-03-05"},
        ),
    ],
)
def test_mode_day_and_quantity_can_be_different_at_once(
    call: Call, base: str, order: str, argv: list[str], after: dict[str, Any]
) -> None:
    made = override(call, base, order, *argv)
    assert made["after"] == after
    orders = Run.read(Path("runs") / made["run_id"]).plan.orders
    [row] = orders[orders["order_id"] == order].to_dict("records")
    assert {name: row[name] for name in ("quantity", "mode")} == {
        name: after[name] for name in ("quantity", "mode")
    }
    assert str(row["dispatch_date"].date()) == after["dispatch_date"]
    costs = [Run.read(Path("runs") / name).plan.cost for name in (base, made["run_id"])]
    assert made["price"] == pytest.approx(costs[1] - costs[0], abs=1e-9)
    explained = call("explain", made["run_id"], "--order", order, "--json").document
    assert explained["order"]["order_id"] == order


def test_the_ledger_keeps_who_why_and_what_it_costs(call: Call, base: str) -> None:
    made = override(call, base, LAMP, "--quantity", 0)
    [entry] = Ledger(Path("runs")).entries()
    assert (entry.kind, entry.actor, entry.run_id) == ("overridden", "Ann", made["run_id"])
    kept = {
        name: entry.facts[name] for name in ("base", "order_id", "item_id", "reason", "price", "currency")
    }
    assert kept == {
        "base": base,
        "order_id": LAMP,
        "item_id": "lamp",
        "reason": "because",
        "price": made["price"],
        "currency": "EUR",
    }
    assert "overridden" in call("runs", "ledger").out
    said = call("override", base, "--order", LAMP, "--quantity", "2", "--reason", "x", "--by", "Bob")
    assert said.code == 0
    assert "lamp, 1 by express on 2026-03-03 → 2 by express on 2026-03-03" in said.out


def test_the_same_override_is_made_once(call: Call, base: str) -> None:
    made = override(call, base, LAMP, "--quantity", 0)
    said = call("override", base, "--order", LAMP, "--quantity", 0, "--reason", "again")
    assert said.code == 99
    assert f"{made['run_id']} has this override already, by Ann: because" in said.err
    said = call("override", made["run_id"], "--order", FAR_RICE, "--quantity", 20, "--reason", "x")
    assert (said.code, "is like that already" in said.err) == (99, True)
    assert len(Ledger(Path("runs")).entries()) == 1


def test_a_run_that_was_not_noted_yet_is_noted_by_the_next_call(call: Call, base: str) -> None:
    """As if the process had been killed between the run and the ledger."""
    made = override(call, base, LAMP, "--quantity", 0)
    for name in ("ledger.jsonl", "ledger.head"):
        (Path("runs") / name).unlink()
    again = override(call, base, LAMP, "--quantity", 0)
    assert again["run_id"] == made["run_id"]
    assert [entry.run_id for entry in Ledger(Path("runs")).entries()] == [made["run_id"]]


def test_what_breaks_a_limit_is_refused_with_the_reason(call: Call, base: str) -> None:
    said = call("override", base, "--order", FAR_RICE, "--quantity", 1000, "--reason", "more", "--json")
    assert (said.code, said.document["status"]) == (5, "refuted")
    assert f"The override of {FAR_RICE} breaks limits:" in said.err
    assert "rice at DC" in said.err
    assert len(list(Path("runs").glob("*/run.json"))) == 1
    assert not list(Path("runs").glob(".*"))
    assert Ledger(Path("runs")).entries() == []


def test_a_limit_that_can_be_priced_is_refused_with_its_price(call: Call, base: str) -> None:
    tiny = Path("tiny")
    lanes = pd.read_csv(tiny / "lanes.csv", dtype=str)
    lanes.loc[(lanes["destination"] == "NEAR") & (lanes["mode"] == "van"), "dispatch_days"] = "Mon Wed"
    lanes.to_csv(tiny / "lanes.csv", index=False)
    run = call("solve", "tiny", "--gap", "0", "--json").document["run_id"]
    orders = Run.read(Path("runs") / run).plan.orders
    name = orders[(orders["destination"] == "NEAR") & (orders["mode"] == "van")]["order_id"].iloc[0]
    said = call("override", run, "--order", name, "--date", "2026-03-03", "--reason", "x")
    assert said.code == 5
    assert "It would cost " in said.err
    assert "DC > NEAR (van)" in said.err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--order", "O00004", "--quantity", "10"], "Maybe O000004 is meant."),
        (["--order", FAR_RICE], "Say what is to be different"),
        (["--quantity", "10"], "Say which order"),
        (["--order", FAR_RICE, "--quantity", "15"], "lots of 10 units. Take 10 or 20."),
        (["--order", FAR_RICE, "--quantity", "-10"], "0 or more"),
        (["--order", FAR_RICE, "--mode", "expres"], "Maybe express is meant."),
        (["--order", FAR_RICE, "--mode", "rail"], "It goes by express, van."),
        (["--order", FAR_RICE, "--date", "2026-04-01"], "the plan covers 2026-03-02 to 2026-03-06"),
        (["--order", FAR_RICE, "--date", "tomorrow"], "--date"),
        (["--order", FAR_RICE, "--item", "lamp", "--mode", "express"], "is of rice, not of lamp"),
        (["--order", FAR_RICE, "--after", "tiny"], "looks back"),
        (["--after", "tiny"], "is not an override"),
    ],
)
def test_what_means_nothing_is_refused_with_advice(
    call: Call, base: str, argv: list[str], message: str
) -> None:
    said = call("override", base, "--reason", "because", *argv)
    assert said.code == 2
    assert message in said.err
    assert len(list(Path("runs").glob("*/run.json"))) == 1


def test_an_override_needs_a_reason_and_the_tables_that_were_solved(call: Call, base: str) -> None:
    said = call("override", base, "--order", LAMP, "--quantity", 0)
    assert (said.code, "Say why" in said.err) == (2, True)
    path = Path("tiny") / "inventory.csv"
    path.write_text(path.read_text().replace("70", "60"))
    said = call("override", base, "--order", LAMP, "--quantity", 0, "--reason", "x")
    assert (said.code, "have changed since it was solved" in said.err) == (2, True)


def test_given_orders_are_not_overridden(call: Call, base: str) -> None:
    (Path("tiny") / "open_orders.csv").write_text(
        "order_id,item_id,origin,destination,mode,quantity,dispatch_date,arrival_date,status\n"
        "F1,rice,DC,FAR,van,10,2026-03-02,2026-03-03,firm\n"
    )
    run = call("solve", "tiny", "--gap", "0", "--json").document["run_id"]
    said = call("override", run, "--order", "F1", "--quantity", 0, "--reason", "x")
    assert said.code == 2
    assert "order F1 is given" in said.err


def test_what_the_run_knows_of_events_is_known_to_its_overrides(call: Call, tiny: Path) -> None:
    """A run for half as much again of rice in the hills: its override is judged with that demand, and so is its check."""
    data = load(tiny)
    row = {"event_id": "E1", "at": pd.Timestamp("2026-03-02"), "type": "demand_shift", "factor": 1.5}
    events = data.replace(events=pd.DataFrame([row | {"item_id": "rice", "location_id": "FAR"}]))["events"]
    shifted = applied(data, events)
    plan, how = solve(shifted, gap=0.0), effort(shifted.settings, gap=0.0)
    record = new_record(str(tiny), shifted.content_hash, "EUR", how).step("validated").step("solving")
    draft = open_registry(Path("runs")).open(record)
    write_plan(draft.folder, plan)
    write_events(draft.folder / EVENTS, events)
    draft.step("completed", cost=plan.cost, bound=plan.bound, gap=plan.gap)
    base = draft.publish().record.run_id
    order = plan.orders[(plan.orders["item_id"] == "rice") & (plan.orders["destination"] == "FAR")].iloc[0]
    made = override(call, base, order["order_id"], "--quantity", order["quantity"] - 10)
    assert (Path("runs") / made["run_id"] / EVENTS).read_text() == (Path("runs") / base / EVENTS).read_text()
    assert call("check", made["run_id"]).code == 0


def test_the_prices_that_prove_the_bound_go_along(call: Call, base: str) -> None:
    """The decomposed engine proves its bound by prices; the check computes it from those of the override."""
    run = call("solve", "tiny", "--engine", "decomposed", "--gap", "0", "--json").document["run_id"]
    orders = Run.read(Path("runs") / run).plan.orders
    lamp = orders[(orders["item_id"] == "lamp") & (orders["destination"] == "FAR")]["order_id"].iloc[0]
    made = override(call, run, lamp, "--quantity", 0)["run_id"]
    assert (Path("runs") / made / "prices.parquet").exists()
    said = call("check", made, "--json")
    assert (said.code, said.document["differences"]) == (0, [])


def test_an_override_of_a_plan_that_was_replaced_would_lose_what_replaced_it(call: Call, base: str) -> None:
    """Both follow the same plan. Once one is published, the other, though newer, doesn't have what that changed."""
    one = override(call, base, LAMP, "--quantity", 0)["run_id"]
    other = override(call, base, NEAR_RICE, "--quantity", 10)["run_id"]
    for run in (base, one):
        for role in ("retail", "distribution"):
            assert call("approve", run, "--role", role).code == 0
    said = call("approve", other, "--role", "retail")
    assert (said.code, f"is superseded by {one}" in said.err) == (2, True)
    said = call("override", base, "--order", FAR_RICE, "--quantity", 10, "--reason", "x")
    assert (said.code, "Override that one." in said.err) == (2, True)
    both = override(call, "published", NEAR_RICE, "--quantity", 10)
    assert both["base"] == one
    for role in ("retail", "distribution"):
        assert call("approve", both["run_id"], "--role", role).code == 0
    assert call("check", "published", "--json").document["run_id"] == both["run_id"]


def later(tiny: Path, sold: dict[tuple[str, str], tuple[float, ...]], out: tuple[str, ...] = ()) -> DataSet:
    """The tables of some days later: from Monday on so much was sold of an item at a store; it sold out where `out` says."""
    rows = [
        (item, store, f"2026-03-{2 + day:02d}", units, f"{item} {store} {day}" in out)
        for (item, store), amounts in sold.items()
        for day, units in enumerate(amounts)
    ]
    sales = pd.DataFrame(rows, columns=["item_id", "location_id", "date", "units", "stocked_out"])
    data = load(tiny)
    first = pd.Timestamp("2026-03-02") + pd.Timedelta(days=max(len(amounts) for amounts in sold.values()))
    demand = data["demand"]
    settings = data.settings.model_copy(update={"start_date": first.date(), "horizon_days": 1})
    sales = sales.assign(date=pd.to_datetime(sales["date"]))
    return data.replace(settings=settings, sales=sales, demand=demand[demand["date"] == first])


def test_afterwards_an_override_is_priced_by_what_was_sold(call: Call, base: str) -> None:
    """Nobody wanted the lamp. Sending it cost 10.30; it stands at the store at 0.60 instead of at the DC at 0.20, Tue to Fri."""
    write(later(Path("tiny"), {("rice", "FAR"): (10, 10), ("lamp", "FAR"): (0, 0)}), Path("newer"))
    one = override(call, base, LAMP, "--quantity", 0)["run_id"]
    two = override(call, one, NEAR_RICE, "--quantity", 10)
    said = call("override", two["run_id"], "--after", "newer", "--json")
    assert said.code == 0, said.err
    assert said.document["until"] == "2026-03-03"
    newest, oldest = said.document["overrides"]
    assert (oldest["run_id"], oldest["order_id"], oldest["price"]) == (one, LAMP, pytest.approx(10.5))
    assert oldest["price_after"] == pytest.approx(-10.30 - 4 * (0.60 - 0.20), abs=1e-9)
    assert oldest["causes_after"] == pytest.approx(
        {"freight": -10, "handling": -0.3, "holding": -1.6}, abs=1e-9
    )
    assert newest["price_after"] == pytest.approx(two["price"], abs=1e-9)  # nothing is known yet of NEAR
    text = call("override", one, "--after", "newer").out
    assert "said before       +10.50" in text
    assert "in fact           -11.90" in text


def test_what_happened_is_what_was_sold_up_to_the_last_day_of_each_place(tiny: Path) -> None:
    data = load(tiny)
    sales = later(tiny, {("rice", "FAR"): (7, 0, 12), ("soap", "NEAR"): (3,)})["sales"]
    tables, until = happened(data, sales)
    assert str(until) == "2026-03-04"
    wanted = (
        tables["demand"].pivot(index=["item_id", "location_id"], columns="date", values="mean").fillna(0.0)
    )
    assert wanted.loc[("rice", "FAR")].tolist() == [7, 0, 12, 10, 10]
    assert wanted.loc[("lamp", "FAR")].tolist() == [0, 0, 0, 0, 0]  # forecast for Tuesday, nothing sold
    assert wanted.loc[("rice", "NEAR")].tolist() == [0, 10, 10, 10, 10]
    assert wanted.loc[("soap", "NEAR")].tolist() == [3, 0, 0, 0, 0]
    assert wanted.loc[("soap", "FAR")].tolist() == [0, 0, 0, 5, 5]


def test_where_it_sold_out_more_was_wanted(tiny: Path) -> None:
    data = load(tiny)
    data = data.replace(demand=data["demand"].assign(sd=3.0))
    sold = {("rice", "FAR"): (8, 8)}
    tables, _ = happened(data, later(tiny, sold, out=("rice FAR 0",))["sales"])
    days = tables["demand"].query("item_id == 'rice' and location_id == 'FAR'").sort_values("date")
    assert days["mean"].iloc[0] > 10
    assert days["mean"].iloc[1] == 8
    assert days["sd"].tolist() == [0, 0, 3, 3, 3]


def test_before_anything_was_sold_nothing_is_known(call: Call, base: str) -> None:
    made = override(call, base, LAMP, "--quantity", 0)["run_id"]
    said = call("override", made, "--after", "tiny")
    assert (said.code, "there are no sales since 2026-03-02" in said.err) == (2, True)
