"""`planner exceptions`: where the tables of today leave the bands of operation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli import options
from planner.cli.session import bold, narrate, session_of

if TYPE_CHECKING:
    from planner.response.exceptions.document import Clock
    from planner.response.exceptions.issue import Issue, Proposal
    from planner.verbs.exceptions import Answer

SHOWN_ACTIONS = 3
WORDS = {
    "low_service": "fill rate {value:.1%}, band from {band:.1%}",
    "low_cover": "{value:.1f} days of cover, band from {band:g}",
    "high_cover": "{value:.0f} days of cover, band to {band:g}",
    "freight": "freight {value:.2f} a unit, band to {band:.2f}",
    "emergency": "emergencies {value:.1%} of freight, band to {band:.1%}",
    "demand_shift": "{value:,.0f} units sold, {band:,.0f} expected",
    "late_inbound": "{value:.0f} days late",
    "imbalance": "{value:,.0f} units idle, {band:,.1f} lost elsewhere",
    "actual_service": "fill rate of four weeks {value:.1%}, band from {band:.1%}",
}


def exceptions(
    context: typer.Context,
    data: options.Data,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            envvar="PLANNER_RUN",
            metavar="RUN",
            help="The plan to hold them against.",
            show_default="the newest of these tables",
        ),
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", envvar="PLANNER_ROWS", min=1, help="How many exceptions to list.")
    ] = 20,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            envvar="PLANNER_TO",
            metavar="FILE",
            help="Also write them to this .json, .csv or .xlsx file.",
        ),
    ] = None,
    out: options.Out = Path("runs"),
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """List what leaves its band.

    Fresh stock, sales and open orders against the published plan; ranked by the money that the best response recovers."""
    from planner.cli.progress import ProgressLine
    from planner.errors import NothingToDo
    from planner.verbs.exceptions import document
    from planner.verbs.exceptions import exceptions as look_at
    from planner.verbs.runs import open_registry

    line = ProgressLine()
    try:
        answer = look_at(data, open_registry(out), run, rows, to, line.say)
    finally:
        line.clear()
    if answer.written is not None:
        narrate(f"Wrote {answer.written}")
    session_of(context).result(document(answer), lines(answer))
    if not answer.look.listed:
        raise typer.Exit(NothingToDo.exit_code)


def lines(answer: "Answer") -> list[str]:
    """The exceptions as lines on the screen."""
    look, settings = answer.look, answer.data.settings
    against = "without a plan" if answer.run is None else f"against the plan of {answer.run.record.alias}"
    count = len(look.listed)
    text = [
        bold(f"{count} {'exception' if count == 1 else 'exceptions'} on {settings.start_date}, {against}")
    ]
    for rank, issue in enumerate(look.listed, 1):
        text += ["", *_issue(issue, rank, settings.currency, answer.clock)]
    text += ["", *_rest(answer)]
    if look.impossible:
        text.append(f"  {look.impossible} order lines of the plan have no way, or no day, in these tables.")
    text += ["  Signs that retail and distribution pull apart:"]
    for sign in look.signs:
        told = {True: "yes", False: "no", None: "can't be told"}[sign.holds]
        text.append(f"    {sign.name}: {told} ({sign.says})")
    return text


def _issue(issue: "Issue", rank: int, currency: str, clock: "Clock") -> list[str]:
    money = (
        f"{issue.stake:,.0f} {currency} at stake"
        if issue.recoverable is None
        else f"{issue.recoverable:,.0f} of {issue.stake:,.0f} {currency} recoverable"
    )
    text = [bold(f"{rank:>3}. {issue.kind.replace('_', ' ')}: {money}") + f"  [{issue.id}]"]
    text += [f"     {issue.says}"]
    text += [f"     {'; '.join(map(_measure, issue.measures))}"]
    if issue.deadline is not None:
        text.append(f"     last dispatch that helps: {issue.deadline:%a %d %b} by {issue.deadline_way}")
    left = clock.hours_left(issue)
    when = f"{left:,.0f} of {issue.hours:,.0f} h left" if left >= 0 else f"{-left:,.0f} h overdue"
    text.append(f"     to be answered by {' and '.join(issue.owners)}: {when}")
    text += [f"     {_action(one)}" for one in issue.actions[:SHOWN_ACTIONS]]
    more = len(issue.actions) - SHOWN_ACTIONS
    return text + ([f"     … and {more} more actions"] if more > 0 else [])


def _measure(one: Any) -> str:
    where = (
        f" ({one.points} places)" if one.points > 1 and one.kind not in ("late_inbound", "imbalance") else ""
    )
    return WORDS[one.kind].format(value=one.value, band=one.band).replace("%", " %") + where


def _action(one: "Proposal") -> str:
    instead = f" instead of {one.instead}" if one.instead else ""
    goods = f"{one.units:,.0f} of {one.item} from {one.origin} to {one.destination}"
    return f"{one.action} {goods} by {one.mode}, {one.dispatch:%a %d %b} → {one.arrival:%a %d %b}{instead}"


def _rest(answer: "Answer") -> list[str]:
    look, settings = answer.look, answer.data.settings
    text, money = [], settings.currency
    if look.below:
        stake = sum(one.stake for one in look.below)
        least = settings.exceptions.least_money
        what = "recover" if answer.run is not None else "have at stake"
        text.append(
            f"  {len(look.below)} more {what} less than {least:,.0f} {money} each ({stake:,.0f} at stake in all)."
        )
    if look.unpriced:
        stake = sum(one.stake for one in look.unpriced)
        text.append(
            f"  {len(look.unpriced)} more rank below the last one above ({stake:,.0f} {money} at stake in all); --rows lists more."
        )
    return text
