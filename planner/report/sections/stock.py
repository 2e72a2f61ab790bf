"""Stock, cover and service: by category, by location, and the lines that lose most."""

import numpy as np
import pandas as pd

from planner.report.charts.bars import lying, lying_height
from planner.report.charts.lines import over_days
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.words import counted, day, number, part_of, percent, some

WORST = 15
MOST_PLACES = 40
FIGURES = ("demand", "fill rate", "lost units", "lost sales", "stock value", "days of cover")


def stock(m: Material) -> Section | None:
    """Figures of item-locations, added up in two ways."""
    if m.projection is None:
        return None
    lines = item_locations(m)
    by_category, by_place = together(lines, "category"), together(lines, "location")
    charts = (
        _over_days(m),
        _cover(m, by_category, "category"),
        _cover(m, by_place, "location"),
    )
    return Section(
        "stock", "Stock and service", _sentences(m, by_category), charts=charts, tables=_worst(m, lines)
    )


def item_locations(m: Material) -> pd.DataFrame:
    """Per item-location: demand, sales, losses [units, money], mean stock value and goods sold per day [money]."""
    p = m.projection
    assert p is not None
    pairs, length = p.needs.pairs, p.network.horizon.length
    cost, total = p.network.items.cost[pairs.item], float(length.sum())
    lost = np.maximum(p.flow.lost, 0.0).sum(axis=1)
    items = p.data["items"]
    name = items["name"].where(items["name"] != "", items["item_id"]).to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "item": p.network.items.names.to_numpy(dtype=object)[pairs.item],
            "name": name[pairs.item],
            "category": items["category"].replace("", "no category").to_numpy(dtype=object)[pairs.item],
            "location": p.network.locations.to_numpy(dtype=object)[pairs.location],
            "demand": p.needs.mean.sum(axis=1),
            "sold": p.flow.sales.sum(axis=1),
            "lost units": lost,
            "lost sales": p.rates.lost_sale * lost,
            "stock value": cost * (np.maximum(p.flow.closing, 0.0) * length).sum(axis=1) / total,
            "sold per day": cost * p.flow.sales.sum(axis=1) / total,
            "sent per day": cost * p.moved.dispatched.sum(axis=1) / total,
        }
    )


def together(lines: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sums, with fill rate and cover; most demand first. Of a location, what it sends on counts as sold."""
    total = lines.groupby(by)[
        ["demand", "sold", "lost units", "lost sales", "stock value", "sold per day", "sent per day"]
    ].sum()
    total["fill rate"] = (total["sold"] / total["demand"]).where(total["demand"] > 0)
    leaves = total["sold per day"] + (total["sent per day"] if by == "location" else 0.0)
    total["days of cover"] = (total["stock value"] / leaves).where(leaves > 0)
    return total.sort_values(["demand", "stock value"], ascending=False)


def _sentences(m: Material, by_category: pd.DataFrame) -> tuple[str, ...]:
    sells = by_category[by_category["demand"] > 0]
    value = float(by_category["stock value"].sum())
    text = f"On average {number(value)} {m.currency} are in stock, at DCs and stores together."
    if len(sells) > 1:
        rates = {str(name): float(rate) for name, rate in sells["fill rate"].items()}
        ranked = sorted(rates, key=rates.__getitem__)
        best, worst = (f"{name} ({percent(rates[name])})" for name in (ranked[-1], ranked[0]))
        text += f" Of demand, most is served in {best}, least in {worst}."
    return (text,)


def _over_days(m: Material) -> Chart:
    p = m.projection
    assert p is not None
    pairs = p.needs.pairs
    value = p.network.items.cost[pairs.item][:, None] * np.maximum(p.flow.closing, 0.0)
    kind = p.network.kind[pairs.location]
    category = p.data["items"]["category"].replace("", "no category").to_numpy(dtype=object)[pairs.item]
    dates = [day(date) for date in p.network.horizon.date(np.arange(p.network.horizon.days))]
    names = sorted(set(category), key=lambda name: -float(value[category == name].sum()))
    series = {str(name): value[category == name].sum(axis=0).tolist() for name in names[:8]}
    if len(names) > 8:
        series["others"] = value[np.isin(category, names[8:])].sum(axis=0).tolist()
    total = value.sum(axis=0)
    ends = f"from {number(float(total[0]))} to {number(float(total[-1]))} {m.currency}"
    summary = f"Value of stock at the end of each day, by category; {ends}."
    stores = value[kind == "store"].sum(axis=0)
    columns = (
        Column("day"),
        Column("total", "money"),
        Column("at stores", "money"),
        *(Column(name, "money") for name in series),
    )
    rows = tuple(zip(dates, total.tolist(), stores.tolist(), *series.values(), strict=True))
    option = over_days(summary, dates, series, stacked=True)
    return Chart(
        "chart-stock",
        f"Stock by category [{m.currency}]",
        summary,
        option,
        Table("Stock by day", columns, rows),
        "money",
        320,
    )


def _cover(m: Material, figures: pd.DataFrame, by: str) -> Chart:
    """Days of cover as bars with the fill rate written at them."""
    names = [str(name) for name in figures.index]
    cover = [None if pd.isna(value) else float(value) for value in figures["days of cover"]]
    labels = [
        f"{number(days, 1)} d" + ("" if pd.isna(fill) else f", {percent(fill)}") if days is not None else ""
        for days, fill in zip(cover, figures["fill rate"], strict=True)
    ]
    rows = tuple(
        (name, *(None if pd.isna(row[figure]) else float(row[figure]) for figure in FIGURES))
        for name, (_, row) in zip(names, figures.iterrows(), strict=True)
    )
    columns = (
        Column(by), Column("demand [units]", "whole"), Column("fill rate", "percent"), Column("lost [units]", "number"),
        Column(f"lost sales [{m.currency}]", "money"), Column(f"mean stock [{m.currency}]", "money"),
        Column("days of cover", "number"),
    )  # fmt: skip
    known = [(days, name) for days, name in zip(cover, names, strict=True) if days is not None]
    summary = f"Days of cover by {by}, with the fill rate where there is demand." + (
        f" Most stock for its sales is in {max(known)[1]}." if len(known) > 1 else ""
    )
    drawn = slice(MOST_PLACES)
    option = lying(summary, names[drawn], {"days of cover": cover[drawn]}, labels[drawn], room=100)
    title = f"Cover [days] and fill rate by {by}"
    return Chart(
        f"chart-cover-{by}",
        title,
        summary,
        option,
        Table(title, columns, rows),
        "number",
        lying_height(len(names[drawn])),
        half=True,
        note=part_of(len(names[drawn]), len(names)),
    )


def _worst(m: Material, lines: pd.DataFrame) -> tuple[Table, ...]:
    losing = lines[lines["lost sales"] > 0.005 * lines["lost sales"].sum()]
    if losing.empty:
        return ()
    top = losing.nlargest(WORST, "lost sales")
    total = float(lines["lost sales"].sum())
    rows = tuple(
        (
            row["name"],
            row["category"],
            row["location"],
            row["demand"],
            row["sold"] / row["demand"],
            row["lost units"],
            row["lost sales"],
        )
        for row in top.to_dict("records")
    )
    columns = (
        Column("item"), Column("category"), Column("location"), Column("demand [units]", "number"), Column("fill rate", "percent"),
        Column("lost [units]", "number"), Column(f"lost sales [{m.currency}]", "money"),
    )  # fmt: skip
    share = float(top["lost sales"].sum()) / total
    often = some([str(name) for name in top["location"].value_counts().index[:2]])
    note = f"These {counted(len(top), 'line')} are {percent(share, 0)} of all expected lost sales; most often {often}."
    return (Table("Where most sales are expected to be lost", columns, rows, note),)
