"""Loads, day by day: how many vehicles, and how full they are."""

import pandas as pd

from planner.report.charts.bars import standing
from planner.report.charts.lines import over_days
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.words import counted, day, number, percent

EMPTIEST = 10


def loads(m: Material) -> Section:
    """Vehicles and fill by day and mode, and the loads with most room left."""
    table = m.run.plan.loads
    if table.empty:
        return Section("loads", "Loads and vehicles", ("No vehicle leaves.",))
    days = pd.date_range(table["dispatch_date"].min(), table["dispatch_date"].max())
    if m.run.plan.buckets:
        days = pd.DatetimeIndex(sorted(table["dispatch_date"].unique()))
    labels = [day(date) for date in days]
    charts = (_vehicles(table, days, labels), _fill(table, days, labels))
    return Section(
        "loads", "Loads and vehicles", (_sentence(table),), charts=charts, tables=_emptiest(m, table)
    )


def _sentence(table: pd.DataFrame) -> str:
    per_day = table.groupby("dispatch_date")["vehicles"].sum()
    busy = per_day.idxmax()
    vehicles = counted(int(table["vehicles"].sum()), "vehicle")
    text = f"{counted(len(table), 'load')} on {vehicles}; the busiest day is {day(busy)} with {int(per_day.max()):,}."
    limited = table[table["fill"].notna()]
    if len(limited) and limited["vehicles"].sum():
        fill = float((limited["vehicles"] * limited["fill"]).sum() / limited["vehicles"].sum())
        half = int((limited["fill"] < 0.5).sum())
        text += (
            f" Vehicles are {percent(fill)} full, {counted(half, 'load')} less than half."
            if half
            else f" Vehicles are {percent(fill)} full."
        )
    return text


def _vehicles(table: pd.DataFrame, days: pd.DatetimeIndex, labels: list[str]) -> Chart:
    per_mode = table.pivot_table(
        index="dispatch_date", columns="mode", values="vehicles", aggfunc="sum", fill_value=0
    )
    per_mode = per_mode.reindex(days, fill_value=0)
    summary = "Vehicles that leave per day, by mode. A load without a limit of its vehicle counts as one."
    series = {str(mode): per_mode[mode].astype(float).tolist() for mode in per_mode}
    columns = ["kg", "cost", "vehicles"]
    totals = table.groupby(["dispatch_date", "mode"])[columns].sum()
    totals.insert(0, "loads", table.groupby(["dispatch_date", "mode"]).size())
    room = table.assign(
        used=table["fill"] * table["vehicles"], limited=table["vehicles"].where(table["fill"].notna())
    )
    sums = room.groupby(["dispatch_date", "mode"])[["used", "limited"]].sum(min_count=1)
    fill = sums["used"] / sums["limited"].where(sums["limited"] > 0)
    rows = tuple(
        (
            day(key[0]),
            str(key[1]),
            int(row["loads"]),
            int(row["vehicles"]),
            float(row["kg"]),
            float(fill[key]),
            float(row["cost"]),
        )
        for key, row in totals.iterrows()
        if isinstance(key, tuple)
    )
    kinds = (
        Column("day"), Column("mode"), Column("loads", "whole"), Column("vehicles", "whole"), Column("kg", "whole"),
        Column("fill", "percent"), Column("freight", "money"),
    )  # fmt: skip
    listing = Table("Loads by day and mode", kinds, rows)
    return Chart(
        "chart-vehicles",
        "Vehicles by day and mode",
        summary,
        standing(summary, labels, series),
        listing,
        "whole",
        320,
        half=True,
    )


def _fill(table: pd.DataFrame, days: pd.DatetimeIndex, labels: list[str]) -> Chart:
    limited = table[table["fill"].notna() & (table["vehicles"] > 0)]
    used = (limited["fill"] * limited["vehicles"]).groupby(limited["dispatch_date"]).sum()
    there = limited.groupby("dispatch_date")["vehicles"].sum()
    fill = (used / there).reindex(days)
    values = [None if pd.isna(share) else float(share) for share in fill.to_numpy()]
    known = [share for share in values if share is not None]
    summary = "Share of the vehicles' room that is used, per day" + (
        f": between {percent(min(known))} and {percent(max(known))}."
        if known
        else "; no vehicle has a limit."
    )
    option = over_days(summary, labels, {"fill": values})
    option["baseOption"]["yAxis"] |= {"min": 0, "max": 1, "interval": 0.25}
    option["baseOption"]["series"][0]["areaStyle"] = {"opacity": 0.15}
    listing = Table(
        "Vehicle fill by day",
        (Column("day"), Column("fill", "percent")),
        tuple(zip(labels, values, strict=True)),
    )
    return Chart("chart-fill", "Vehicle fill by day", summary, option, listing, "percent", 320, half=True)


def _emptiest(m: Material, table: pd.DataFrame) -> tuple[Table, ...]:
    """The loads with most paid room left; nothing if all are nearly full."""
    limited = table[(table["fill"] < 0.95) & (table["vehicles"] > 0)]
    if limited.empty:
        return ()
    worst = limited.assign(lost=(1 - limited["fill"]) * limited["cost"]).nlargest(EMPTIEST, "lost")
    rows = tuple(
        (
            row["load_id"],
            day(row["dispatch_date"]),
            row["origin"],
            row["destination"],
            row["mode"],
            int(row["vehicles"]),
            row["fill"],
            row["cost"],
            row["lost"],
        )
        for row in worst.to_dict("records")
    )
    columns = (
        Column("load"), Column("day"), Column("from"), Column("to"), Column("mode"), Column("vehicles", "whole"),
        Column("fill", "percent"), Column(f"freight [{m.currency}]", "money"), Column("paid for room left", "money"),
    )  # fmt: skip
    unused = float(((1 - limited["fill"]) * limited["cost"]).sum())
    note = f"{counted(len(limited), 'load')} below 95 %; {number(unused)} {m.currency} are paid for room that is not used."
    return (Table("Loads with most paid room left", columns, rows, note),)
