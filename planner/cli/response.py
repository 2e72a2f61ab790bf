"""`planner response`: how fast events are answered."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli.options import Debug, Json, Out
from planner.cli.session import session_of

if TYPE_CHECKING:
    from planner.response.times import Group, Timeline
    from planner.verbs.response import Answer


def response(
    context: typer.Context, out: Out = Path("runs"), json: Json = False, debug: Debug = False
) -> None:
    """Say how fast events are answered.

    Hours from an event to the published plan, against the targets, by type and category; and what is overdue."""
    from planner.verbs.response import document
    from planner.verbs.response import response as answer_of
    from planner.verbs.runs import open_registry

    answer = answer_of(open_registry(out))
    session_of(context).result(document(answer), _lines(answer, out))


def _lines(answer: "Answer", out: Path) -> list[str]:
    if not answer.groups:
        return [f"The ledger in {out} names no event."]
    head = f"{'hours to the published plan':<40} {'events':>6} {'open':>5} {'p50':>8} {'p95':>8} {'p99':>8} {'target':>8}  in time"
    lines = [head, *map(_group, answer.groups)]
    if overdue := answer.overdue:
        lines += ["", "Overdue:", *(_overdue(one, answer.now) for one in overdue)]
    return lines


def _group(one: "Group") -> str:
    found = one.percentiles("published")
    shown = [f"{found[name]:>8,.2f}" if found else f"{'–':>8}" for name in ("p50", "p95", "p99")]
    met = "–" if one.in_time is None else f"{100 * one.in_time:.0f} %"
    name = f"{one.type} {one.category}".strip()
    return f"{name:<40} {len(one.timelines):>6} {one.count('open'):>5} {' '.join(shown)} {one.target:>8,.6g}  {met}"


def _overdue(one: "Timeline", now: str) -> str:
    where = f"proposed in {one.run_id}" if one.run_id else "not planned yet"
    name = f"{one.event.event_id} ({one.event.type})"
    return f"  {name:<38} by {one.overdue(now):,.1f} h beyond {one.target:,.6g} h: {where}"
