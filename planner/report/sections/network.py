"""What flows where, in which mode."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from planner.audit.projection import Projection
from planner.report.attribution import load_of, per_line
from planner.report.charts.network import Arrow, Place
from planner.report.charts.network import network as chart_of
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.words import counted, listed, number, percent

LAYERS = {"supplier": 0, "dc": 1, "store": 2}
MOST_ROWS = 100  # in the table behind a picture
LISTED = 12
FLOW = ["origin", "destination", "mode"]
PLACE = ["location_id", "name", "kind", "latitude", "longitude"]  # of a location
MEASURES = ["kg", "loads", "lines", "freight"]


def network(m: Material) -> Section | None:
    """In layers, and on a map where all places have coordinates; a table of the flows."""
    p = m.projection
    return None if p is None else drawn(together(flows(p)), p.data["locations"], m.currency)


def drawn(
    found: pd.DataFrame, locations: pd.DataFrame, currency: str, every: pd.DataFrame | None = None
) -> Section:
    """Flows between locations (columns `PLACE`); money in the currency. Places and colours are those of `every` flow."""
    if found.empty:
        return Section("network", "The network", ("Nothing is dispatched.",))
    whole = found if every is None else every
    located = not locations[["latitude", "longitude"]].isna().any(axis=None)
    picture = partial(_picture, found, sorted(whole["mode"].unique()), located)
    layered = layers(locations, whole)
    charts = [picture("layers", "From suppliers to stores", layered, tuple(LAYERS), _lanes(currency, found))]
    if located:
        places, named = mapped(locations), ("supplier", "dc")
        charts.append(picture("map", "On the map", places, named, _sites(locations, found)))
    tables = (_table(currency, found),)
    return Section("network", "The network", (_sentence(found),), charts=tuple(charts), tables=tables)


def _sentence(found: pd.DataFrame) -> str:
    by_mode = found.groupby("mode")["kg"].sum().sort_values(ascending=False)
    total = float(by_mode.sum())
    words = [f"{mode} {percent(kg / total, 0)}" for mode, kg in by_mode.items() if kg >= 0.01 * total > 0]
    lanes = counted(len(found[FLOW[:2]].drop_duplicates()), "lane")
    return (
        f"{number(total, 0)} kg go through {lanes}{': ' + listed(words) + ' of the weight' if words else ''}."
    )


def _picture(
    found: pd.DataFrame,
    modes: list[str],
    beside: bool,
    name: str,
    title: str,
    places: list[Place],
    named: tuple[str, ...],
    table: Table,
) -> Chart:
    busiest = found.iloc[0]
    summary = (
        f"{title}: {counted(len(places), 'location')} and what goes between them, a colour per mode; wider lines carry more. "
        f"Most goes from {busiest['origin']} to {busiest['destination']} by {busiest['mode']}."
    )
    rows: Any = found.itertuples()
    arrows = [Arrow(row.origin, row.destination, row.mode, row.kg, _text(row)) for row in rows]
    option = chart_of(summary, places, arrows, named, modes)
    return Chart(f"chart-{name}", title, summary, option, table, "number", 640, half=beside)


def _lanes(currency: str, found: pd.DataFrame) -> Table:
    total = found.groupby(FLOW[:2], as_index=False).agg(kg=("kg", "sum"), freight=("freight", "sum"))
    columns = (
        Column("from"),
        Column("to"),
        Column("kg", "whole"),
        Column(f"freight [{currency}]", "money"),
    )
    rows = tuple(total.nlargest(MOST_ROWS, "kg").itertuples(index=False, name=None))
    return Table("Flows by lane, the heaviest first", columns, rows)


def _sites(locations: pd.DataFrame, found: pd.DataFrame) -> Table:
    moved = [found.groupby(end)["kg"].sum() for end in FLOW[:2]]
    table = locations[["location_id", "name", "kind"]].copy()
    for end, kg in zip(("sent", "received"), moved, strict=True):
        table[end] = table["location_id"].map(kg).fillna(0.0)
    columns = (
        Column("location"),
        Column("name"),
        Column("kind"),
        Column("sent [kg]", "whole"),
        Column("received [kg]", "whole"),
    )
    return Table(
        "Locations, and what moves there",
        columns,
        tuple(table.head(MOST_ROWS).itertuples(index=False, name=None)),
    )


def _text(row: Any) -> str:
    return f"{row.origin} → {row.destination} by {row.mode}: {number(row.kg, 0)} kg"


def _table(currency: str, found: pd.DataFrame) -> Table:
    columns = (
        Column("from"), Column("to"), Column("mode"), Column("kg", "whole"), Column("loads", "whole"),
        Column("order lines", "whole"), Column(f"freight [{currency}]", "money"),
    )  # fmt: skip
    rest = len(found) - LISTED
    note = "A load with several stops counts at each of them."
    if rest > 0:
        note = f"{counted(rest, 'lighter flow')} carry {number(float(found['kg'][LISTED:].sum()), 0)} kg more. {note}"
    rows = tuple(found.head(LISTED).itertuples(index=False, name=None))
    return Table("Flows by mode, the heaviest first", columns, rows, note)


def flows(p: Projection) -> pd.DataFrame:
    """Per day of dispatch (the first one of a longer period) and lane-mode: kg, loads, order lines and freight."""
    lines, load = p.lines, load_of(p, p.lines)
    rides = load >= 0
    horizon = p.network.horizon
    names = p.network.locations.to_numpy(dtype=object)
    modes = p.network.lanes.names.get_level_values("mode").to_numpy(dtype=object)
    kg = lines.quantity * p.network.items.weight[lines.item]
    money = per_line(p, p.loads.cost)
    frame = pd.DataFrame(
        {
            "day": horizon.start + pd.to_timedelta(horizon.first[lines.dispatch[rides]], "D"),
            "origin": names[lines.origin[rides]],
            "destination": names[lines.destination[rides]],
            "mode": modes[lines.lane[rides]],
            "kg": kg[rides],
            "load": load[rides],
            "lines": np.ones(int(rides.sum()), dtype=int),
            "freight": money[rides],
        }
    )
    return frame.groupby(["day", *FLOW], as_index=False).agg(
        kg=("kg", "sum"), loads=("load", "nunique"), lines=("lines", "sum"), freight=("freight", "sum")
    )


def together(found: pd.DataFrame) -> pd.DataFrame:
    """Flows of several days as one per lane-mode, the heaviest first."""
    total = found.groupby(FLOW, as_index=False)[MEASURES].sum()
    return total.sort_values(["kg", *FLOW], ascending=[False, True, True, True], ignore_index=True)


def mapped(locations: pd.DataFrame) -> list[Place]:
    """Where locations are: degrees of latitude, and of longitude, which shrink towards the poles."""
    latitude = locations["latitude"].to_numpy(dtype=float)
    longitude = locations["longitude"].to_numpy(dtype=float) * np.cos(np.radians(latitude.mean()))
    return _places(locations, longitude, latitude)


def layers(locations: pd.DataFrame, found: pd.DataFrame) -> list[Place]:
    """A column per kind; stores stand in the order of what supplies them most, so that few lines cross."""
    heaviest = found.drop_duplicates("destination").set_index("destination")["origin"]
    order = pd.Series(range(len(locations)), index=locations["location_id"])
    above = locations["location_id"].map(heaviest).map(order).fillna(-1)
    table = locations.assign(above=above.where(locations["kind"] == "store", 0.0)).sort_values(
        ["kind", "above"], kind="stable"
    )
    rank = table.groupby("kind").cumcount().reindex(locations.index).to_numpy(dtype=float)
    size = locations.groupby("kind")["kind"].transform("size").to_numpy(dtype=float)
    return _places(
        locations, 0.85 * locations["kind"].map(LAYERS).to_numpy(dtype=float), -2.0 * (rank + 0.5) / size
    )


def _places(locations: pd.DataFrame, x: Any, y: Any) -> list[Place]:
    rows = zip(locations["location_id"], locations["kind"], x, y, strict=True)
    return [Place(str(name), str(kind), float(east), float(north)) for name, kind, east, north in rows]
