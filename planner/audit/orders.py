"""The orders of a plan: from a frame, which may hold anything, to lines that can be placed in the network."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.audit.calendar import NO_DAY, Horizon
from planner.audit.findings import QUANTITY, RELATIVE, number, together, violated
from planner.audit.given import Given
from planner.audit.lanes import Flags
from planner.audit.lines import OrderLines, Texts
from planner.audit.network import Floats, Network
from planner.audit.numbering import Days, numbered

TEXT = ("order_id", "item_id", "origin", "destination", "mode")
DATES = ("dispatch_date", "arrival_date")
NUMBERS = ("cases", "quantity")


@dataclass(frozen=True)
class Lines(OrderLines):
    """Order lines of a plan that can be placed.

    `origin` and `lane` are −1 for a given order that just arrives; `given` is the number of the given
    line, or −1 for a free one.
    """

    given: Days

    @property
    def free(self) -> Flags:
        """Lines that the planner chose."""
        return np.asarray(self.given < 0)


@dataclass(frozen=True)
class _Coded:
    """Texts by number, each different one looked at once; the last one is "", which stands for −1 too."""

    code: Days
    distinct: "pd.Index[Any]"

    @property
    def texts(self) -> Texts:
        """The texts themselves."""
        found: Texts = self.distinct.array.take(self.code)
        return found

    @property
    def missing(self) -> Flags:
        """Whether there is no text."""
        return np.append(self.distinct == "", True)[self.code]

    def among(self, names: pd.Index) -> Days:
        """As `numbered`."""
        return np.asarray(numbered(names, self.distinct)[self.code])

    def isin(self, names: Iterable[str]) -> Flags:
        """Whether each text is one of the names."""
        return np.asarray(self.distinct.isin(list(names))[self.code])


@dataclass(frozen=True)
class _Raw:
    """The frame column by column, in the right types; what can't be converted is "", NaN or `NO_DAY`."""

    text: dict[str, _Coded]
    numbers: dict[str, Floats]
    days: dict[str, Days]
    wrong: dict[str, Flags]


def read_orders(orders: pd.DataFrame, network: Network, given: Given) -> tuple[Lines, pd.DataFrame]:
    """The lines that can be placed, and what is wrong with the others (and with the form of these)."""
    missing = [name for name in (*TEXT, *DATES, *NUMBERS) if name not in orders.columns]
    if missing:
        faults = violated("orders", [f"the orders have no column {name}" for name in missing])
        orders = pd.DataFrame(columns=[*TEXT, *DATES, *NUMBERS], dtype=object)
    else:
        faults = violated("orders", [])
    raw = _convert(orders, network.horizon)
    lines = _number(raw, network, given)
    parts, placed = [faults], np.ones(len(lines), dtype=bool)
    for rows, prevents, problem in _problems(raw, lines, network, given):
        if rows.any():
            parts.append(_refuted(rows, problem, raw, network))
        if prevents:
            placed &= ~rows
    return lines.select(placed), together(parts)


def _convert(orders: pd.DataFrame, horizon: Horizon) -> _Raw:
    text, numbers, days, wrong = {}, {}, {}, {}
    for name in TEXT:
        text[name], wrong[name] = _texts(orders[name])
    for name in NUMBERS:
        numbers[name] = _numbers(orders[name])
        wrong[name] = ~np.isfinite(numbers[name])
    for name in DATES:
        days[name], wrong[name] = _days(orders[name], horizon)
    # A given order of goods without a known origin has neither origin nor mode.
    wrong["origin"] &= orders["origin"].notna().to_numpy()
    wrong["mode"] &= orders["mode"].notna().to_numpy()
    return _Raw(text, numbers, days, wrong)


def _texts(values: "pd.Series[Any]") -> tuple[_Coded, Flags]:
    """Texts, "" where there is something else, and where that is."""
    known: Any = values
    if not isinstance(values.dtype, pd.StringDtype):
        plain = values.to_numpy(dtype=object)
        is_text = np.fromiter((isinstance(value, str) for value in plain), dtype=bool, count=len(plain))
        known = np.where(is_text, plain, np.array(None, dtype=object))
    code, distinct = pd.factorize(known)
    known = pd.Index(distinct)
    return _Coded(code.astype(np.int64), known.append(pd.Index([""], dtype=known.dtype))), code < 0


def _numbers(values: "pd.Series[Any]") -> Floats:
    if values.dtype == bool:
        return np.full(len(values), np.nan)
    if not pd.api.types.is_numeric_dtype(values):
        values = values.map(lambda value: None if isinstance(value, bool) else value)
    return np.asarray(pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def _days(values: "pd.Series[Any]", horizon: Horizon) -> tuple[Days, Flags]:
    if isinstance(values.dtype, pd.DatetimeTZDtype) or pd.api.types.is_numeric_dtype(values):
        return np.full(len(values), NO_DAY), np.ones(len(values), dtype=bool)
    if not pd.api.types.is_datetime64_any_dtype(values):
        try:
            values = pd.to_datetime(values.astype(str), format="ISO8601", errors="coerce")
        except ValueError:  # mixed time zones
            return np.full(len(values), NO_DAY), np.ones(len(values), dtype=bool)
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            return np.full(len(values), NO_DAY), np.ones(len(values), dtype=bool)
    wrong = (values.isna() | (values != values.dt.normalize())).to_numpy()
    return horizon.day(values.where(~wrong)), wrong


def _number(raw: _Raw, network: Network, given: Given) -> Lines:
    coded = raw.text
    origin, destination = (coded[name].among(network.locations) for name in ("origin", "destination"))
    return Lines(
        order_id=coded["order_id"].texts,
        item=coded["item_id"].among(network.items.names),
        origin=origin,
        destination=destination,
        lane=_lanes(network, origin, destination, coded["mode"]),
        dispatch=raw.days["dispatch_date"],
        arrival=raw.days["arrival_date"],
        cases=raw.numbers["cases"],
        quantity=raw.numbers["quantity"],
        given=_given(network, given, raw),
    )


def _lanes(network: Network, origin: Days, destination: Days, mode: _Coded) -> Days:
    """The lane-mode of each line, −1 if there is none. By numbers: names of three columns would take long to compare."""
    names = network.lanes.names
    modes = pd.Index(names.get_level_values(2).unique())
    places, ends = len(network.locations), (origin, destination, mode.among(modes))
    known = [numbered(network.locations, names.get_level_values(level)) for level in (0, 1)]
    known.append(numbered(modes, names.get_level_values(2)))
    key, wanted = ((o * places + d) * len(modes) + m for o, d, m in (known, ends))
    found = numbered(pd.Index(key), wanted) if len(names) else np.full(len(wanted), -1)
    return np.where((ends[0] >= 0) & (ends[1] >= 0) & (ends[2] >= 0), found, -1)


def _given(network: Network, given: Given, raw: _Raw) -> Days:
    """The number of each given line among those that are fixed, −1 for a free one."""
    fixed = given.fixed
    named = raw.text["order_id"].isin(fixed.order_id)
    found, rows = np.full(len(named), -1), np.flatnonzero(named)
    if len(rows):
        known = pd.MultiIndex.from_arrays([fixed.order_id, network.items.names[fixed.item]])
        wanted = [raw.text[name].texts[rows] for name in ("order_id", "item_id")]
        found[rows] = known.get_indexer(pd.MultiIndex.from_arrays(wanted))
    return found


def _problems(raw: _Raw, lines: Lines, network: Network, given: Given) -> Iterator[tuple[Flags, bool, str]]:
    """Rows, whether they can't be placed, and what is wrong with them; braces hold columns."""
    free, text, wrong = lines.free, raw.text, raw.wrong
    for name, rows in wrong.items():
        kind = "text" if name in TEXT else "a number" if name in NUMBERS else "a date without time"
        yield rows, True, f"{name} is not {kind}"
    just_arrives = ~free & text["origin"].missing
    sound = ~np.logical_or.reduce(list(wrong.values()))
    yield ~wrong["order_id"] & text["order_id"].missing, False, "it has no order_id"
    yield _repeated(lines, raw), False, "this order_id is there more than once"
    taken = set(given.fixed.order_id) | set(given.transit.order_id)
    clash = text["order_id"].isin(taken) & free
    yield clash, False, "this order_id belongs to an open order that is given otherwise"
    yield (lines.item < 0) & ~wrong["item_id"], True, "there is no item {item_id}"
    no_origin = (lines.origin < 0) & ~wrong["origin"] & ~just_arrives
    yield no_origin, True, "there is no location {origin}"
    yield (lines.destination < 0) & ~wrong["destination"], True, "there is no location {destination}"
    known = (lines.origin >= 0) & (lines.destination >= 0) & sound
    yield known & (lines.lane < 0), True, "there is no lane {origin} > {destination} ({mode})"
    days = network.horizon.days
    outside = ((lines.dispatch < 0) | (lines.dispatch >= days)) & ~wrong["dispatch_date"]
    yield outside, True, "it is dispatched outside the horizon"
    yield (lines.arrival < 0) & ~wrong["arrival_date"], True, "it arrives before the horizon"
    yield (lines.quantity < 0) | (lines.cases < 0), True, "a quantity can't be negative"
    yield (
        free & sound & ((lines.quantity == 0) | (lines.cases == 0)),
        False,
        "an order of nothing is no order",
    )
    size = network.items.case_size[np.maximum(lines.item, 0)] if len(network.items.names) else lines.cases
    with np.errstate(invalid="ignore"):
        gap = np.abs(lines.quantity - lines.cases * size)
        odd = sound & (lines.item >= 0) & (gap > QUANTITY + RELATIVE * np.abs(lines.quantity))
    yield odd, False, "{quantity} units are not {cases} cases of the item"
    yield _wrong_arrival(lines, network, sound), False, "it can't arrive on {arrival_date}"


def _repeated(lines: Lines, raw: _Raw) -> Flags:
    """Later rows with the name of an earlier one; a given order may have a row per item."""
    order, item = raw.text["order_id"], raw.text["item_id"]
    key = order.code * (len(item.distinct) + 1) + np.where(lines.free, len(item.distinct), item.code)
    return np.asarray(pd.Series(key).duplicated() & ~order.missing)


def _wrong_arrival(lines: Lines, network: Network, sound: Flags) -> Flags:
    """Free lines whose arrival is not the one of their lane."""
    wrong = np.zeros(len(lines), dtype=bool)
    inside = (lines.dispatch >= 0) & (lines.dispatch < network.horizon.days)
    rows = np.flatnonzero(lines.free & sound & inside & (lines.lane >= 0))
    wrong[rows] = network.lanes.arrival[lines.lane[rows], lines.dispatch[rows]] != lines.arrival[rows]
    return wrong


def _refuted(rows: Flags, problem: str, raw: _Raw, network: Network) -> pd.DataFrame:
    at = np.flatnonzero(rows)
    text = {name: one.texts[at].tolist() for name, one in raw.text.items()}
    messages = []
    for place, row in enumerate(at.tolist()):
        words = {name: values[place] for name, values in text.items()}
        words |= {name: number(float(values[row])) for name, values in raw.numbers.items()}
        words |= {
            name: network.horizon.text(values[row])
            for name, values in raw.days.items()
            if values[row] != NO_DAY
        }
        named = f"order {words['order_id']}" if words["order_id"] else f"order line {row + 1}"
        messages.append(f"{named} of item {words['item_id'] or '?'}: {problem.format_map(words)}")
    day = raw.days["dispatch_date"][at]
    dates = np.where(
        day == NO_DAY, np.datetime64("NaT"), network.horizon.date(np.where(day == NO_DAY, 0, day))
    )
    ways = zip(text["origin"], text["destination"], text["mode"], strict=True)
    return violated(
        "orders",
        messages,
        item=text["item_id"],
        location=text["destination"],
        date=dates,
        lane=[f"{origin} > {destination} ({mode})" for origin, destination, mode in ways],
        amount=raw.numbers["quantity"][at],
    )
