"""Places, and which DC serves which store."""

from math import cos, hypot, radians
from typing import TYPE_CHECKING

from planner.sample.retail import parameters as p
from planner.sample.table import table

if TYPE_CHECKING:
    import pandas as pd

# location_id, kind, name, region, latitude, longitude, size
PLACES = (
    ("FARMGATE", "supplier", "Farmgate Foods", "north", 51.90, 8.40, 0.0),
    ("PORTLINE", "supplier", "Portline Trading", "abroad", 44.40, 8.90, 0.0),
    ("DC-NORTH", "dc", "North distribution centre", "north", 51.20, 9.40, 0.0),
    ("DC-SOUTH", "dc", "South distribution centre", "south", 49.10, 10.70, 0.0),
    ("ST01", "store", "Kassel hypermarket", "north", 51.31, 9.48, 2.00),
    ("ST02", "store", "Göttingen centre", "north", 51.53, 9.93, 1.50),
    ("ST03", "store", "Marburg", "north", 50.81, 8.77, 0.80),
    ("ST04", "store", "Gießen", "north", 50.58, 8.67, 1.00),
    ("ST05", "store", "Wetzlar", "north", 50.55, 8.50, 0.60),
    ("ST06", "store", "Fulda", "north", 50.55, 9.68, 0.90),
    ("ST07", "store", "Eisenach", "north", 50.98, 10.32, 0.55),
    ("ST08", "store", "Nürnberg hypermarket", "south", 49.45, 11.08, 1.80),
    ("ST09", "store", "Augsburg", "south", 48.37, 10.90, 1.20),
    ("ST10", "store", "Ansbach", "south", 49.30, 10.57, 0.50),
    ("ST11", "store", "Aalen", "south", 48.84, 10.09, 0.65),
    ("ST12", "store", "Ingolstadt", "south", 48.77, 11.42, 1.00),
)
SIZES = {place[0]: place[6] for place in PLACES if place[1] == "store"}
STORES = tuple(SIZES)
DCS = ("DC-NORTH", "DC-SOUTH")
MAIN_DC = {store: "DC-NORTH" if store <= "ST07" else "DC-SOUTH" for store in STORES}
SECOND_DC = {"ST06": "DC-SOUTH", "ST07": "DC-SOUTH", "ST08": "DC-NORTH", "ST12": "DC-NORTH"}
VAN_ROUTES = {"ST03": "west", "ST04": "west", "ST05": "west", "ST10": "hills", "ST11": "hills"}
VAN_STORES = (*VAN_ROUTES, "ST07")
TRUCK_STORES = ("ST01", "ST02", "ST04", "ST06", "ST08", "ST09", "ST12")
ROUTE_KM = {"west": 150.0, "hills": 120.0}
FAR_STORES = {"ST05", "ST11"}  # part loads take two days


def locations() -> "pd.DataFrame":
    """The table `locations`."""
    return table("location_id kind name region latitude longitude", (place[:6] for place in PLACES))


def distance(origin: str, destination: str) -> float:
    """Road km between two places."""
    places = {place[0]: place for place in PLACES}
    _, _, _, _, lat, lon, _ = places[origin]
    _, _, _, _, other_lat, other_lon, _ = places[destination]
    north = (lat - other_lat) * 111.2
    east = (lon - other_lon) * 111.2 * cos(radians((lat + other_lat) / 2))
    return float(round(hypot(north, east) * p.DETOUR))
