"""An explanation on the screen."""

from typing import Any

from planner.cli.session import bold
from planner.cli.summary import row
from planner.plan.causes import CAUSES
from planner.value.explain.explanation import Explanation
from planner.value.explain.judged import Judged
from planner.value.explain.limits import Binding
from planner.value.explain.words import way
from planner.verbs.explain import Answer

SMALL = 0.005  # money that is not shown as a cause


def reasons(answer: Answer) -> list[str]:
    """The lines for the screen."""
    told, record = answer.explanation, answer.run.record
    lines = [bold(_title(answer)), f"  in {record.run_id}, which costs {_cost(told)} {record.currency}"]
    if told.order is None:
        lines += _day(told.stock)
    if told.given:
        lines.append(
            "  It is given: in transit, firm or planned for a frozen day. The plan did not decide it."
        )
    elif told.order is not None or told.stock:
        lines += ["", "  Instead, with all else in the plan as it is (+ costs more, - saves):"]
        lines += [_line(told, one) for one in told.alternatives] or ["    No lane can bring it by then."]
        lines += _limits(told, record.currency)
    return lines + _serves(told)


def _cost(told: Explanation) -> str:
    return f"{told.base.evaluation.total:,.2f}"


def _title(answer: Answer) -> str:
    order, wanted = answer.explanation.order, answer.wanted
    if order is None:
        return f"No {wanted.item} arrives at {wanted.location} on {wanted.day}"
    amount = f"{order['quantity']:,.6g} {order['item_id']} ({order['cases']:,.6g} {'case' if order['cases'] == 1 else 'cases'})"
    when = f"{_date(order['dispatch_date'])} → {_date(order['arrival_date'])}"
    where = f"{order['origin'] or 'elsewhere'} > {order['destination']} ({order['mode'] or 'no mode'})"
    return f"{order['order_id']}: {amount}, {where}, {when}"


def _date(value: Any) -> str:
    return f"{value:%a %d %b}" if value == value else "?"


def _day(stock: dict[str, Any]) -> list[str]:
    if not stock:
        return ["  It is never there, and nobody asks for it: there is nothing that an order could serve."]
    there = stock["opening"] + stock["arrivals"] - stock["dispatched"]
    sold, lost, left = (stock[name] for name in ("expected_sales", "expected_lost", "closing"))
    known = f"{sold:,.2f} are expected to be sold, {lost:,.2f} lost, {left:,.2f} left"
    return [f"  On that day {there:,.2f} units are there to sell; {known}."]


def _line(told: Explanation, one: Judged) -> str:
    name = _name(told, one)
    if not one.possible:
        return f"    {name:<44} not possible: {one.broken['message'].iloc[0]}"
    mark = "" if one is not told.best else "better than the plan" if one.difference < 0 else "next best"
    return f"    {name:<44} {one.difference:>+12,.2f}   {_causes(one)}" + (f"  ← {mark}" if mark else "")


def _name(told: Explanation, one: Judged) -> str:
    kind = one.candidates.kind
    if kind in ("more", "less"):
        k = one.change[0][0]
        lot = int(one.base.placed.problem.shipments.lot_cases[k])
        return f"{'a case' if lot == 1 else f'{lot} cases (the smallest lot)'} {kind}"
    if kind == "nothing":
        return "not at all"
    other = way(one)
    origin = f"from {other['origin']} " if kind in ("origin", "order") else ""
    return f"{origin}by {other['mode']}, {_date(other['dispatch_date'])} → {_date(other['arrival_date'])}"


def _causes(one: Judged) -> str:
    shown = {cause: money for cause, money in one.causes.items() if abs(money) >= SMALL}
    return ", ".join(f"{CAUSES[cause]} {money:+,.2f}" for cause, money in shown.items())


def _limits(told: Explanation, currency: str) -> list[str]:
    found = [(side, one) for side, some in told.binding.items() for one in some]
    if told.order is None:
        return []
    if not found:
        return ["", row("limits", "none binds: one case more would break none and need no further vehicle")]
    return ["", "  limits", *(f"    {_limit(side, one, currency)}" for side, one in found)]


def _limit(side: str, one: Binding, currency: str) -> str:
    if one.unit == "lot" and one.price is not None:
        return f"{one.message}: {one.price:,.2f} {currency} for a case more"
    if side == "less":
        worth = "so it can't be less"
    elif one.worth is None:
        worth = "what room is worth can't be said"
    elif one.worth > 0:
        worth = f"with room for it a case more would save {one.worth:,.2f} {currency}"
    else:
        worth = "room is worth nothing here: a case more would not save money"
    price = f"; price of the run: {one.price:,.4g} {currency} a {one.unit}" if one.price is not None else ""
    return f"{one.message} ({worth}{price})"


def _serves(told: Explanation) -> list[str]:
    if told.served is None:
        return []
    sales = told.served.sales
    lines = [
        f"    {line.location_id:<12} {_date(line.date)} {line.units:>12,.2f}" for line in sales.itertuples()
    ]
    for name, units in (
        ("expires", told.served.waste),
        ("in stock at the end", told.served.left),
        ("arrives after the horizon", told.served.under_way),
    ):
        if units > SMALL:
            lines.append(f"    {name:<22} {units:>12,.2f}")
    return ["", row("serves", "expected sales, first in, first out [units]"), *lines]
