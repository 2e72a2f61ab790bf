"""The tables as data: every column with its type, unit, bounds, default and meaning.

Validation, defaults, hints and `docs/tables.md` all read this; nothing else knows a column by type.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["text", "number", "whole", "flag", "date", "timestamp", "weekdays", "choice"]
Reference = tuple[str, str]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LOCATION_KINDS = ("supplier", "dc", "store")
RESOURCES = (
    "outbound_units",
    "outbound_kg",
    "outbound_vehicles",
    "inbound_kg",
    "inbound_vehicles",
    "storage_m3",
    "handling_hours",
)
ORDER_STATUS = ("planned", "firm", "in_transit")
EVENT_TYPES = (
    "demand_shift",
    "inbound_late",
    "lane_closed",
    "lane_capacity",
    "location_closed",
    "capacity_change",
    "tariff_change",
    "stock_correction",
    "quality_hold",
    "order_confirmed",
)
ITEM: Reference = ("items", "item_id")
CATEGORY: Reference = ("items", "category")
LOCATION: Reference = ("locations", "location_id")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `minimum` and `maximum` belong to the range unless `open_range` is set."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    key: bool = False
    required: bool = False
    default: float | bool | str | None = None
    minimum: float | None = None
    maximum: float | None = None
    open_range: bool = False
    choices: tuple[str, ...] = ()
    refers: Reference | None = None


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order of files, key columns first."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    required: bool = False
    needs_rows: bool = False
    repeatable: bool = False  # the same row may come twice, and counts once

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _key(name: str, meaning: str, refers: Reference | None = None) -> Column:
    return Column(name, "text", meaning, key=True, required=True, refers=refers)


def _text(name: str, meaning: str, refers: Reference | None = None) -> Column:
    return Column(name, "text", meaning, refers=refers)


def _amount(
    name: str,
    unit: str,
    meaning: str,
    *,
    required: bool = False,
    default: float | None = None,
    positive: bool = False,
    maximum: float | None = None,
) -> Column:
    """A number that can't be negative; `positive`: not 0 either."""
    return Column(
        name,
        "number",
        meaning,
        unit,
        required=required,
        default=default,
        minimum=0,
        maximum=maximum,
        open_range=positive,
    )


def _days(name: str, meaning: str, *, required: bool = False, minimum: float = 0) -> Column:
    return Column(name, "whole", meaning, "days", required=required, minimum=minimum)


def _date(name: str, meaning: str, *, key: bool = False, required: bool = False) -> Column:
    return Column(name, "date", meaning, "date", key=key, required=required)


def _flag(name: str, meaning: str, default: bool | None = False) -> Column:
    return Column(name, "flag", meaning, default=default)


def _choice(
    name: str, choices: tuple[str, ...], meaning: str, *, key: bool = False, required: bool = False
) -> Column:
    return Column(name, "choice", meaning, key=key, required=required, choices=choices)


_ITEM = _key("item_id", "The item.", ITEM)
_LOCATION = _key("location_id", "The location.", LOCATION)
_ORIGIN = _key("origin", "Location that dispatches.", LOCATION)
_DESTINATION = _key("destination", "Location that receives.", LOCATION)
_MODE = _key("mode", "Name of the way to move goods, such as truck, ltl, parcel, rail or air.")

ITEMS = Table(
    "items",
    "What is planned: the stock-keeping units.",
    (
        _key("item_id", "Name of the item in all tables."),
        _text("name", "What people call it."),
        _text("category", "Category, to which policies can refer."),
        _amount("unit_weight_kg", "kg/unit", "Weight of one unit.", default=0),
        _amount("unit_volume_m3", "m³/unit", "Volume of one unit.", default=0),
        Column(
            "case_size",
            "whole",
            "Units in the smallest amount that can be shipped.",
            "units",
            default=1,
            minimum=1,
        ),
        _amount(
            "unit_cost",
            "money/unit",
            "What one unit costs; holding cost, waste and turns use it.",
            required=True,
        ),
        _amount(
            "unit_price",
            "money/unit",
            "What a customer pays for one unit; empty = no margin is lost with a sale.",
        ),
        _days("shelf_life_days", "Days in which a received unit can be sold; empty = it keeps.", minimum=1),
    ),
    required=True,
    needs_rows=True,
)
LOCATIONS = Table(
    "locations",
    "Suppliers, DCs and stores.",
    (
        _key("location_id", "Name of the location in all tables."),
        _choice("kind", LOCATION_KINDS, "What it is; suppliers hold no stock.", required=True),
        _text("name", "What people call it."),
        _text("region", "Region, for reports."),
        Column("latitude", "number", "Latitude, for maps.", "degrees", minimum=-90, maximum=90),
        Column("longitude", "number", "Longitude, for maps.", "degrees", minimum=-180, maximum=180),
    ),
    required=True,
    needs_rows=True,
)
LANES = Table(
    "lanes",
    "Ways to move goods: origin, destination and mode, with lead time, tariff and limits. Several rows with "
    "different dates describe a lane whose tariff or lead time changes.",
    (
        _ORIGIN,
        _DESTINATION,
        _MODE,
        _date("valid_from", "First dispatch day of this row; empty = always.", key=True),
        _date("valid_to", "Last dispatch day of this row; empty = for ever."),
        _days(
            "lead_time_days",
            "Days from dispatch to arrival; 0 = usable on the day of dispatch.",
            required=True,
        ),
        _amount("lead_time_sd_days", "days", "Standard deviation of the lead time.", default=0),
        _amount("distance_km", "km", "Distance; decides between sources and serves reports."),
        _amount("cost_per_vehicle", "money", "Freight per vehicle.", default=0),
        _amount("vehicle_kg", "kg", "Weight that one vehicle carries; empty = no limit.", positive=True),
        _amount("vehicle_m3", "m³", "Volume that one vehicle carries; empty = no limit.", positive=True),
        Column(
            "max_vehicles_per_day",
            "whole",
            "Vehicles that one day offers; empty = no limit.",
            "vehicles",
            minimum=0,
        ),
        _amount("cost_per_kg", "money/kg", "Freight per kg; empty = 0, or the weight breaks."),
        _amount("cost_per_m3", "money/m³", "Freight per m³.", default=0),
        _amount(
            "min_charge", "money", "Least freight per kg and m³ of a day that carries something.", default=0
        ),
        Column("dispatch_days", "weekdays", "Days of dispatch, such as `Mon Wed Fri`; empty = every day."),
        _flag("emergency", "Marks emergency freight, which is reported apart."),
        _amount("kg_co2_per_vehicle", "kg", "CO₂ of one vehicle.", default=0),
        _amount("kg_co2_per_kg", "kg/kg", "CO₂ of one kg.", default=0),
        _text("route", "Lanes with the same origin, mode and route share vehicles; empty = own vehicles."),
        _amount("stop_cost", "money", "Cost of a day on which the lane carries something.", default=0),
    ),
    required=True,
    needs_rows=True,
)
WEIGHT_BREAKS = Table(
    "weight_breaks",
    "Part-load tariff: the rate of the heaviest band that the load reaches holds for its whole weight.",
    (
        _ORIGIN,
        _DESTINATION,
        _MODE,
        Column(
            "from_kg", "number", "Weight from which the rate holds.", "kg", key=True, required=True, minimum=0
        ),
        _amount("cost_per_kg", "money/kg", "Freight per kg in this band.", required=True),
    ),
)
INVENTORY = Table(
    "inventory",
    "Stock at the start of the first day.",
    (_ITEM, _LOCATION, _amount("on_hand", "units", "Stock on hand.", required=True)),
    required=True,
)
OPEN_ORDERS = Table(
    "open_orders",
    "Orders that exist: on the way, fixed, or only planned.",
    (
        _key("order_id", "Name of the order."),
        _ITEM,
        _text("origin", "Location that dispatches; may be empty for goods in transit.", LOCATION),
        Column("destination", "text", "Location that receives.", required=True, refers=LOCATION),
        _text("mode", "Mode of the lane; may be empty for goods in transit."),
        _amount("quantity", "units", "Quantity ordered.", required=True, positive=True),
        _date("dispatch_date", "Day of dispatch; needed unless the goods are in transit."),
        _date(
            "arrival_date", "Day of arrival; needed in transit, else the lane's lead time decides if empty."
        ),
        _choice(
            "status",
            ORDER_STATUS,
            "planned = the previous plan, may change; firm = dispatched as it stands; in_transit.",
            required=True,
        ),
    ),
)
DEMAND = Table(
    "demand",
    "The forecast: a distribution of demand per item, location and day.",
    (
        _ITEM,
        _LOCATION,
        _date("date", "Day of demand.", key=True, required=True),
        _amount("mean", "units/day", "Expected demand.", required=True),
        _amount("sd", "units/day", "Standard deviation; empty = from the sales history, else Poisson."),
    ),
)
SALES = Table(
    "sales",
    "History. A day without a row between the first and the last day of a series is a zero.",
    (
        _ITEM,
        _LOCATION,
        _date("date", "Day of sale.", key=True, required=True),
        _amount("units", "units/day", "Units sold.", required=True),
        _flag("stocked_out", "The location ran out of stock on that day, so demand was at least this."),
        _amount("price", "money/unit", "Price on that day."),
        _flag("promotion", "The item was promoted on that day."),
    ),
)
SUPPLY = Table(
    "supply",
    "What a supplier offers, and its limits. A supplier without any row offers every item at its unit cost.",
    (
        _ITEM,
        _key("location_id", "The supplier.", LOCATION),
        _amount("unit_cost", "money/unit", "Its price; empty = the item's unit cost."),
        _amount("min_order_quantity", "units", "Least quantity of one order line.", default=0),
        Column("order_multiple", "whole", "Quantities are multiples of it.", "units", default=1, minimum=1),
        _amount(
            "max_per_day", "units/day", "Most that it dispatches of the item on one day; empty = no limit."
        ),
        _date("available_from", "First day on which it dispatches the item; empty = at once."),
    ),
)
ORDER_MINIMUMS = Table(
    "order_minimums",
    "What a supplier asks at least per day and destination, over all items.",
    (
        _key("supplier", "The supplier.", LOCATION),
        _DESTINATION,
        _amount("min_value", "money", "Least value at the supplier's prices.", default=0),
        _amount("min_kg", "kg", "Least weight.", default=0),
    ),
)
POLICIES = Table(
    "policies",
    "Rules and bands per scope. The first four columns say where a row holds (empty = everywhere); for each "
    "of the others the most specific row wins that gives it: item before location, category and kind.",
    (
        _text("item_id", "Holds for this item only.", ITEM),
        _text("category", "Holds for this category only.", CATEGORY),
        _text("location_id", "Holds for this location only.", LOCATION),
        _choice("kind", LOCATION_KINDS, "Holds for this kind of location only."),
        _amount("holding_rate_per_year", "1/year", "Yearly holding cost as a part of the unit cost."),
        _amount(
            "holding_cost_per_unit_day",
            "money/unit/day",
            "Holding cost of the stock after each day; overrides the rate.",
        ),
        _flag("lost_sales_allowed", "false = demand must be met.", None),
        _amount("lost_sale_penalty", "money/unit", "Cost of a lost sale on top of the lost margin."),
        Column(
            "service_target",
            "number",
            "Wanted probability of not running out; stands for a penalty if none is given.",
            minimum=0,
            maximum=1,
            open_range=True,
        ),
        _amount("min_stock", "units", "Least stock after a day's sales."),
        _amount("max_stock", "units", "Most stock after a day's sales."),
        _amount("max_days_of_cover", "days", "Most stock, as days of the demand that follows."),
        _amount(
            "response_hours", "hours", "Target time from an event to the plan that answers it.", positive=True
        ),
        _amount("min_projected_fill_rate", "", "Band: lowest projected fill rate.", maximum=1),
        _amount("max_freight_per_unit", "money/unit", "Band: highest freight per unit."),
        _amount("min_actual_fill_rate", "", "Band: lowest fill rate of the last four weeks.", maximum=1),
        _amount("low_days_of_cover", "days", "Band: less stock than this is too little; no limit of plans."),
        _amount("high_days_of_cover", "days", "Band: more stock than this is too much; no limit of plans."),
        _amount("max_emergency_share", "", "Band: highest share of emergency freight.", maximum=1),
    ),
)
CAPACITIES = Table(
    "capacities",
    "Limits of a location per day. A date wins over a weekday, and a weekday over every day.",
    (
        _LOCATION,
        _choice("resource", RESOURCES, "What is limited.", key=True, required=True),
        _date("date", "Holds on this day only.", key=True),
        _choice("weekday", WEEKDAYS, "Holds on this weekday only.", key=True),
        _amount("limit", "per day", "Limit, in the unit of the resource.", required=True),
        _amount("overtime_limit", "per day", "What overtime adds at most.", default=0),
        _amount("overtime_cost", "money", "Cost of one unit of the resource above the limit.", default=0),
    ),
)
HANDLING = Table(
    "handling",
    "Work at a location, for what it dispatches and what it receives.",
    (
        _LOCATION,
        _amount("cost_per_line", "money", "Cost of one order line.", default=0),
        _amount("cost_per_case", "money", "Cost of one case.", default=0),
        _amount("hours_per_line", "hours", "Work on one order line.", default=0),
        _amount("hours_per_case", "hours", "Work on one case.", default=0),
    ),
)
CALENDAR = Table(
    "calendar",
    "Days on which a location is closed.",
    (
        _LOCATION,
        _date("date", "The day.", key=True, required=True),
        _flag("closed", "Closed: no dispatch, no arrival, no demand.", default=True),
    ),
)
EVENTS = Table(
    "events",
    "What happened since the plan was made; which columns count depends on the type.",
    (
        _key("event_id", "Name of the event."),
        Column(
            "at", "timestamp", "When it became known; without an offset it is taken as UTC.", required=True
        ),
        _choice("type", EVENT_TYPES, "What happened.", required=True),
        _text("item_id", "Only this item.", ITEM),
        _text("category", "Only this category.", CATEGORY),
        _text("location_id", "Only this location.", LOCATION),
        _text("origin", "Only lanes from here.", LOCATION),
        _text("destination", "Only lanes to here.", LOCATION),
        _text("mode", "Only this mode."),
        _text("order_id", "Only this order."),
        _choice("resource", RESOURCES, "Only this resource."),
        _date("date_from", "First day that it touches; empty = the day of `at`."),
        _date("date_to", "Last day that it touches; empty = until further notice."),
        _amount("factor", "", "Multiplies demand, capacity or tariff; 1 ends a closure, a limit or a hold."),
        Column("quantity", "number", "New amount, or correction, in the unit of what it changes."),
        Column("days", "whole", "Delay.", "days"),
    ),
    repeatable=True,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ITEMS,
        LOCATIONS,
        LANES,
        WEIGHT_BREAKS,
        INVENTORY,
        OPEN_ORDERS,
        DEMAND,
        SALES,
        SUPPLY,
        ORDER_MINIMUMS,
        POLICIES,
        CAPACITIES,
        HANDLING,
        CALENDAR,
        EVENTS,
    )
}
SCOPE = ("item_id", "category", "location_id", "kind")
EVENT_NEEDS: dict[str, tuple[str, ...]] = {
    "demand_shift": ("factor",),
    "inbound_late": ("order_id", "days"),
    "lane_closed": ("origin", "destination"),
    "lane_capacity": ("origin", "destination"),
    "location_closed": ("location_id",),
    "capacity_change": ("location_id", "resource"),
    "tariff_change": ("factor",),
    "stock_correction": ("item_id", "location_id", "quantity"),
    "quality_hold": ("item_id", "location_id"),
    "order_confirmed": ("order_id",),
}
_DATES = ("date_from", "date_to")
_ORDER = ("item_id", "origin", "destination", "mode", "quantity", *_DATES)  # of the plan, as it knows it
EVENT_USES: dict[str, tuple[str, ...]] = {
    "demand_shift": ("item_id", "category", "location_id", *_DATES),
    "inbound_late": _ORDER,
    "lane_closed": ("mode", *_DATES, "factor"),
    "lane_capacity": ("mode", *_DATES, "quantity", "factor"),
    "location_closed": (*_DATES, "factor"),
    "capacity_change": (*_DATES, "quantity", "factor"),
    "tariff_change": ("origin", "destination", "mode", *_DATES),
    "stock_correction": ("date_from",),
    "quality_hold": ("quantity", "date_from", "date_to", "factor"),
    "order_confirmed": _ORDER,
}
EVENT_EITHER = ("lane_capacity", "capacity_change")  # need a quantity or a factor
