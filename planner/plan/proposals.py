"""A plan as planners work with it: by store, by load, by supplier, and where stock is short."""

import pandas as pd

from planner.plan.plan import Plan
from planner.tables.buckets import read_buckets

SERVED = 0.98  # of demand: lines that serve less are listed as low
COVER = 0.5  # days of demand: lines whose stock falls below are listed as low
STOP = " + "  # between the stops of a load


def order_proposal(plan: Plan) -> pd.DataFrame:
    """Cases per destination and item, a column per day of arrival."""
    keys = ["destination", "item_id"]
    table = _by_date(plan.orders, keys, "arrival_date", "cases")
    total = plan.orders.groupby(keys)[["cases", "quantity"]].sum()
    table.insert(0, "quantity", total["quantity"].reindex(table.index))
    table.insert(0, "cases", total["cases"].reindex(table.index))
    return table.reset_index()


def load_list(plan: Plan) -> pd.DataFrame:
    """A row per load and stop, in the order of dispatch; what belongs to the whole load stands at its first stop."""
    whole = ["vehicles", "kg", "m3", "fill", "cost"]
    stops = plan.loads.assign(destination=plan.loads["destination"].str.split(STOP, regex=False)).explode(
        "destination"
    )
    stops.insert(1, "stop", stops.groupby("load_id").cumcount() + 1)
    key = ["origin", "mode", "dispatch_date", "destination"]
    carried = plan.orders.groupby(key, as_index=False).agg(
        arrival_date=("arrival_date", "min"),
        order_lines=("order_id", "size"),
        cases=("cases", "sum"),
        quantity=("quantity", "sum"),
    )
    table = stops.merge(carried, how="left", on=key)
    table[whole] = table[whole].where(table["stop"] == 1)
    first = ["load_id", "dispatch_date", "origin", "mode", "route", "stop", "destination", "arrival_date"]
    return table[[*first, "order_lines", "cases", "quantity", *whole]]


def supplier_orders(plan: Plan) -> pd.DataFrame:
    """What suppliers send, by supplier and day of dispatch. Suppliers are the origins that hold no stock."""
    holds_stock = plan.inventory["location_id"].unique()
    rows = plan.orders[(plan.orders["origin"] != "") & ~plan.orders["origin"].isin(holds_stock)]
    first = ["origin", "dispatch_date", "destination", "mode"]
    table = rows.sort_values([*first, "item_id"], ignore_index=True).rename(columns={"origin": "supplier"})
    return table[["supplier", *first[1:], "arrival_date", "item_id", "cases", "quantity", "order_id"]]


def stock_projection(plan: Plan) -> pd.DataFrame:
    """Expected closing stock [units] per location and item, a column per day or first day of a period."""
    table = _by_date(plan.inventory, ["location_id", "item_id"], "date", "closing")
    return table.reset_index()


def low_stock(plan: Plan) -> pd.DataFrame:
    """Lines that serve less than 98 % of demand, or fall below half a day of it; most lost units first."""
    lines = plan.inventory.assign(demand=plan.inventory["expected_sales"] + plan.inventory["expected_lost"])
    keys = ["location_id", "item_id"]
    days = _horizon_days(plan)
    table = lines.groupby(keys).agg(demand=("demand", "sum"), lost=("expected_lost", "sum"))
    lowest = lines.loc[lines.groupby(keys)["closing"].idxmin()].set_index(keys)
    table["fill_rate"] = 1.0 - table["lost"] / table["demand"].where(table["demand"] > 0)
    table["lowest_closing"], table["lowest_on"] = lowest["closing"], lowest["date"]
    table["lowest_cover_days"] = table["lowest_closing"] / (table["demand"].where(table["demand"] > 0) / days)
    low = table[(table["fill_rate"] < SERVED) | (table["lowest_cover_days"] < COVER)]
    return low.sort_values(["lost", "lowest_cover_days"], ascending=[False, True]).reset_index()


def _horizon_days(plan: Plan) -> int:
    return sum(read_buckets(plan.buckets)) if plan.buckets else int(plan.inventory["date"].nunique())


def _by_date(frame: pd.DataFrame, keys: list[str], date: str, value: str) -> pd.DataFrame:
    """One column per date, named as ISO dates."""
    if frame.empty:
        return pd.DataFrame(columns=keys).set_index(keys)
    table = frame.pivot_table(index=keys, columns=date, values=value, aggfunc="sum")
    return table.rename(columns=lambda day: f"{pd.Timestamp(day):%Y-%m-%d}").rename_axis(columns=None)
