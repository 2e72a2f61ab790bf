"""From an event to a proposed plan: how long it takes, on a network with a stored run, for random events of all types.

    python benchmarks/response.py DATA RUN [--events 100] [--seed 0] [--resolve 0] [--resolve-seconds 600] [--to FILE]

The tables and the plan are in memory, as in `planner watch`; measured is from the event's row to the run on the disk, proposed in
the ledger: reading the event, changing the tables, planning, judging by the evaluator, writing. `--resolve N` solves the first N
changed problems anew, in so many seconds each and with the prices of the run, and compares the cost.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import InvalidData, NoFeasiblePlan
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.tables.dataset import DataSet
from planner.tables.schema import EVENT_TYPES
from planner.verbs.replan import Desk, Request, answer

TRIES = 20  # draws of an event that the tables don't allow


def drawn(random: np.random.Generator, data: DataSet, orders: pd.DataFrame, type_: str) -> dict[str, Any]:
    """A random event of a type: single items, orders, lanes and places, as they come in a day's work."""
    start, days = pd.Timestamp(data.settings.start_date), int(data.settings.horizon_days)
    first, length = int(random.integers(0, days // 2)), int(random.integers(1, 4))
    span = {
        "date_from": str((start + pd.Timedelta(days=first)).date()),
        "date_to": str((start + pd.Timedelta(days=first + length - 1)).date()),
    }
    order = orders.iloc[int(random.integers(len(orders)))]
    lane = {name: order[name] for name in ("origin", "destination", "mode")}
    stocked = data["inventory"][data["inventory"]["on_hand"] >= 2]
    stock = stocked.iloc[int(random.integers(len(stocked)))]
    where = {"item_id": stock["item_id"], "location_id": stock["location_id"]}
    factor = float(random.choice([0.5, 0.7, 1.5, 2.0, 3.0]))
    made: dict[str, Any] = {
        "demand_shift": {"item_id": order["item_id"], "location_id": order["destination"], "factor": factor},
        "inbound_late": {"order_id": order["order_id"], "days": int(random.integers(1, 4))},
        "order_confirmed": {"order_id": order["order_id"], "quantity": float(order["quantity"])},
        "lane_closed": lane | span,
        "lane_capacity": lane | span | {"factor": 0.5},
        "location_closed": {
            "location_id": order["destination"],
            "date_from": span["date_from"],
            "date_to": span["date_from"],
        },
        "tariff_change": {
            "mode": order["mode"],
            "origin": order["origin"],
            "factor": float(random.choice([0.9, 1.1, 1.3])),
        }
        | span,
        "stock_correction": where
        | {"quantity": -float(random.integers(1, 1 + int(stock["on_hand"]) // 2 + 1))},
        "quality_hold": where | {"quantity": float(max(1, int(stock["on_hand"]) // 2))},
    }
    if type_ == "capacity_change":
        limits = data["capacities"]
        limit = limits.iloc[int(random.integers(len(limits)))]
        return {"location_id": limit["location_id"], "resource": limit["resource"], "factor": 0.8} | span
    found: dict[str, Any] = made[type_]
    return found


def events(desk: Desk, count: int, seed: int, folder: Path) -> Iterator[Path]:
    """Files with an event that can be applied, the types in turn."""
    random, orders = np.random.default_rng(seed), desk.base.plan.orders
    at = f"{desk.tables.settings.start_date}T06:00:00"
    for number in range(count):
        file = folder / f"{number}.csv"
        for _ in range(TRIES):
            type_ = EVENT_TYPES[number % len(EVENT_TYPES)]
            row = {"event_id": f"E{number}", "at": at, "type": type_} | drawn(
                random, desk.tables, orders, type_
            )
            pd.DataFrame([row]).to_csv(file, index=False)
            try:
                desk.after(desk.read(file).frame)
            except InvalidData:
                continue
            yield file
            break


def measured(desk: Desk, file: Path, registry: Registry, request: Request) -> dict[str, Any] | None:
    """One event read, answered and written; None if an earlier one was alike, so that its run is the answer."""
    event = pd.read_csv(file, dtype="str").iloc[0].to_dict()
    row: dict[str, Any] = {"type": event["type"], "event": event}
    began, cpu = time.perf_counter(), time.process_time()
    try:
        outcome = answer(desk, desk.read(file), registry, request)
    except NoFeasiblePlan as fault:
        return row | {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "infeasible": str(fault)[:200],
        }
    row |= {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    if (proposal := outcome.proposal) is None:
        return None
    response = proposal.response
    free, published = response.free, response.situation.published
    outside = (published > 0) & ~free & response.situation.problem.shipments.open
    names = desk.base.plan.orders["order_id"]
    return row | {
        "changes": response.changes,
        "before": response.cost_before,
        "feasible_before": not response.situation.plan.excess,
        "cost": proposal.cost,
        "rings": list(response.rings),
        "ended": response.ended,
        "inside": int(((published > 0) & free).sum()),
        "outside": int(outside.sum()),
        "untouched": float((response.lots == published)[outside].mean()) if outside.any() else 1.0,
        "names_kept": len(set(names) & set(proposal.orders["order_id"])) / len(names),
        "phases": proposal.seconds,
        "run": outcome.run.record.run_id,
    }


def resolved(desk: Desk, file: Path, seconds: float) -> float:
    """The cost of a whole new plan with the same information."""
    from planner import solve

    data = desk.after(desk.read(file).frame)
    return solve(data, engine="decomposed", warm=desk.base.plan.prices, gap=0.0, time_limit=seconds).cost


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resolve", type=int, default=0)
    parser.add_argument("--resolve-seconds", type=float, default=600.0)
    parser.add_argument("--to", type=Path)
    options = parser.parse_args()
    began = time.perf_counter()
    desk = Desk.of(Run.read(options.run), options.data)
    desk.warm()
    print(f"ready after {time.perf_counter() - began:.1f} s")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder))
        for number, file in enumerate(events(desk, options.events, options.seed, Path(folder))):
            row = measured(desk, file, registry, Request())
            if row is None:
                continue
            if number < options.resolve and "cost" in row:
                row["resolved"] = resolved(desk, file, options.resolve_seconds)
            rows.append(row)
            print(
                json.dumps({name: row[name] for name in row if name not in ("event", "phases")}, default=str),
                flush=True,
            )
            if options.to:
                options.to.write_text(json.dumps(rows, default=str, indent=1))
    told(rows)


def told(rows: list[dict[str, Any]]) -> None:
    """The table: a row per type, and all."""
    frame = pd.DataFrame(rows)
    frame["answered"] = frame["cost"].notna() if "cost" in frame else False
    for name, part in [*frame.groupby("type"), ("all", frame)]:
        times = "  ".join(
            f"{column} p50 {part[column].quantile(0.5):6.2f} p95 {part[column].quantile(0.95):6.2f}"
            for column in ("seconds", "cpu")
        )
        answered, untouched = int(part["answered"].sum()), part["untouched"].min()
        print(f"{name:<18} {len(part):>4}  answered {answered:>4}  {times}  untouched {untouched:.3f}")
    if "resolved" in frame:
        gap = 100 * (frame["cost"] - frame["resolved"]) / frame["resolved"]
        print(f"against a new plan: mean {gap.mean():+.2f} %, worst {gap.max():+.2f} %, {gap.count()} events")


if __name__ == "__main__":
    main()
