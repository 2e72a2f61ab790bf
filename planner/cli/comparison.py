"""A comparison as lines on the screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.cli.listing import table
from planner.cli.session import bold
from planner.plan.causes import CAUSES
from planner.value.compare.comparison import Comparison
from planner.value.compare.figures import COST, Figure
from planner.value.compare.verdict import WORDS

if TYPE_CHECKING:
    from planner.value.compare.requirements import Outcome

SHARES = ("fill_rate", "in_stock_rate", "vehicle_fill", "emergency_share", "gap")
COST_WORDS = {"total": "total", "emergency_freight": "    of which emergency"}
NAME, VALUE, CHANGE = 24, 15, 11
CENT = 0.01


def comparison_lines(found: Comparison, rows: int) -> list[str]:
    """The verdicts, cost per cause and key figures of all runs; what changed in the orders, and `rows` of that."""
    head = [f"{label:>{VALUE}}" for label in _short_labels(found)]
    wide = "".join([head[0], *(f"{label}{'':>{CHANGE}}" for label in head[1:])])
    lines = [*_verdicts(found), "", bold(f"{'Cost [' + found.currency + ']':<{NAME}}{wide}")]
    lines += [_line(figure, _cost_name(figure.name)) for figure in found.cost if any(figure.values)]
    lines += ["", bold(f"{'Key figures':<{NAME}}{wide}")]
    lines += [_line(figure, figure.name.replace("_", " ")) for figure in found.key_figures]
    return lines + _orders(found, rows)


def requirement_lines(outcomes: "Sequence[Outcome]") -> list[str]:
    """Which requirements are met; nothing if there are none."""
    lines = ["", bold("Requirements")] if outcomes else []
    for one in outcomes:
        said = f"{one.label} has {_exact(one.value)}, the limit is {_exact(one.limit)}"
        lines.append(f"  {'met   ' if one.met else 'FAILED'}  {one.text}: {said}")
    return lines


def _verdicts(found: Comparison) -> list[str]:
    base = found.labels[0]
    lines = []
    for label, verdict in zip(found.labels[1:], found.verdicts, strict=True):
        if verdict.kind == "equal":
            lines.append(f"{label} and {base} cost the same.")
            continue
        much = f"{abs(verdict.difference):,.2f} {found.currency}"
        word = "dearer" if verdict.difference > 0 else "cheaper"
        said = f"{label} is {much} {word} than {base}; {WORDS[verdict.kind]}"
        if verdict.kind != "same problem":
            said += f" ({verdict.gaps:,.2f})"
            if verdict.gaps >= CENT:
                said += f". The best plans differ by {verdict.least:+,.2f} to {verdict.most:+,.2f}"
        lines.append(f"{said}.")
    return lines


def _orders(found: Comparison, rows: int) -> list[str]:
    from planner.value.compare.orders import counts

    lines = ["", bold("Orders")]
    for label, orders in zip(found.labels[1:], found.orders, strict=True):
        said = [f"{number:,} {change}" for change, number in counts(orders).items() if number]
        lines.append(f"  {label} against {found.labels[0]}: {', '.join(said) or 'no difference'}")
        if rows and len(orders):
            lines += table(orders.fillna({"mode_before": "", "mode_after": ""}), rows)
    return lines


def _line(figure: Figure, name: str) -> str:
    cells = [f"{_shown(figure.name, figure.values[0]):>{VALUE}}"]
    for value, difference, share in zip(
        figure.values[1:], figure.differences[1:], figure.shares[1:], strict=True
    ):
        cells.append(
            f"{_shown(figure.name, value):>{VALUE}}{_change(figure.name, difference, share):>{CHANGE}}"
        )
    return f"{name:<{NAME}}{''.join(cells)}"


def _cost_name(name: str) -> str:
    cause, _, mode = name.removeprefix(COST).partition(".")
    if mode or cause in COST_WORDS:
        return COST_WORDS.get(cause, f"    {mode}")
    return f"  {CAUSES.get(cause, cause.replace('_', ' '))}"


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name in SHARES:
        return f"{100 * value:.2f} %"
    return f"{value:,.0f}" if name == "loads" else f"{value:,.2f}"


def _change(name: str, difference: float | None, share: float | None) -> str:
    if not difference:
        return "" if difference is None else "="
    if name in SHARES:
        return f"{100 * difference:+.2f} pt"
    return "" if share is None else f"{100 * share:+.2f} %"


def _exact(value: float | None) -> str:
    return "no value" if value is None else f"{value:,.6g}" if abs(value) < 1 else f"{value:,.2f}"


def _short_labels(found: Comparison) -> list[str]:
    return [label if len(label) < VALUE else f"{label[: VALUE - 2]}…" for label in found.labels]
