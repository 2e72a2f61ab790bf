"""What has left its band of operation since: the file of `planner exceptions`."""

from typing import Any

from planner.report.material import Material
from planner.report.page import Column, Section, Table
from planner.report.words import counted, number

SIGNS = {True: "yes", False: "no", None: "can't be told"}


def exceptions(m: Material) -> Section | None:
    """What was written about exceptions, if anything was."""
    return None if m.exceptions is None else told(m.exceptions, m.currency, m.run.record.run_id)


def told(content: dict[str, Any], currency: str, run_id: str | None) -> Section:
    """Exceptions by recoverable money, what was only counted, and the signs of misalignment; `run_id` is the plan of the page."""
    found: list[dict[str, Any]] = content["exceptions"]
    currency = content.get("currency") or currency
    tables = [_table(found, currency)] if found else []
    tables.append(
        Table(
            "Signs that retail and distribution pull apart",
            (Column("sign"), Column("there"), Column("what is seen")),
            tuple((one["sign"], SIGNS[one["holds"]], one["says"]) for one in content.get("signs", [])),
        )
    )
    return Section("exceptions", "Exceptions", _sentences(content, currency, run_id), tables=tuple(tables))


def _table(found: list[dict[str, Any]], currency: str) -> Table:
    columns = (
        Column("type"),
        Column("what"),
        Column(f"recoverable [{currency}]", "money"),
        Column(f"at stake [{currency}]", "money"),
        Column("last dispatch that helps", "date"),
        Column("hours left", "number"),
        Column("to be answered by"),
        Column("first actions"),
    )
    rows = [
        (
            one["type"].replace("_", " "),
            one["says"],
            one["recoverable"],
            one["stake"],
            one["deadline"],
            one["hours_left"],
            " and ".join(one["owners"]),
            "; ".join(map(action_words, one["actions"][:3])) or None,
        )
        for one in found
    ]
    note = "Recoverable: cost of the plan that nobody touches, less that with the best response, as far as it is saved there."
    return Table("By recoverable money", columns, tuple(rows), note)


def action_words(one: dict[str, Any]) -> str:
    """What is to be done."""
    return (
        f"{one['action']} {number(one['units'], 0)} of {one['item']}, {one['origin']} to {one['destination']} by {one['mode']} "
        f"on {one['dispatch']}"
    )


def _sentences(content: dict[str, Any], currency: str, run_id: str | None) -> tuple[str, ...]:
    found, below = content["exceptions"], content["below"]["count"]
    money = sum(one["recoverable"] or 0.0 for one in found)
    sentences = [
        f"{counted(len(found), 'exception')} on {content['at'][:10]}: {number(money)} {currency} can be recovered."
        if found
        else f"Nothing leaves its band by more than {number(content['least_money'])} {currency} that can be recovered."
    ]
    if found and (days := [one["deadline"] for one in found if one["deadline"]]):
        sentences.append(f"The first of them has to be answered by a dispatch on {min(days)} at the latest.")
    if below:
        sentences.append(
            f"{below} more can recover less than {number(content['least_money'])} {currency} each."
        )
    if content.get("run_id") != run_id:
        sentences.append(f"They were found beside another plan: {content.get('run_id') or 'none'}.")
    return tuple(sentences)
