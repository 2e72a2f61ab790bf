"""A comparison as lines on the screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.cli.listing import table
from planner.cli.session import bold
from planner.value.compare.comparison import Comparison
from planner.value.compare.figures import Figure
from planner.value.compare.words import change, cost_name, is_part, shown, verdict_words

if TYPE_CHECKING:
    from planner.value.compare.requirements import Outcome

NAME, VALUE, CHANGE = 24, 15, 11


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
    return [
        verdict_words(label, found.labels[0], verdict, found.currency)
        for label, verdict in zip(found.labels[1:], found.verdicts, strict=True)
    ]


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
    cells = [f"{shown(figure.name, figure.values[0]):>{VALUE}}"]
    for value, difference, share in zip(
        figure.values[1:], figure.differences[1:], figure.shares[1:], strict=True
    ):
        cells.append(
            f"{shown(figure.name, value):>{VALUE}}{change(figure.name, difference, share):>{CHANGE}}"
        )
    return f"{name:<{NAME}}{''.join(cells)}"


def _cost_name(name: str) -> str:
    indent = "    " if is_part(name) else "" if name == "cost.total" else "  "
    return indent + cost_name(name)


def _exact(value: float | None) -> str:
    return "no value" if value is None else f"{value:,.6g}" if abs(value) < 1 else f"{value:,.2f}"


def _short_labels(found: Comparison) -> list[str]:
    return [label if len(label) < VALUE else f"{label[: VALUE - 2]}…" for label in found.labels]
