"""A comparison in words, the same on the screen and on a page."""

from planner.plan.causes import CAUSES
from planner.value.compare.figures import COST
from planner.value.compare.verdict import WORDS, Verdict

SHARES = ("fill_rate", "in_stock_rate", "vehicle_fill", "emergency_share", "gap")
COST_WORDS = {"total": "total", "emergency_freight": "of which emergency"}
CENT = 0.01


def verdict_words(label: str, base: str, verdict: Verdict, currency: str) -> str:
    """Which of two is cheaper, by how much, and whether that is proven."""
    if verdict.kind == "equal":
        return f"{label} and {base} cost the same."
    much = f"{abs(verdict.difference):,.2f} {currency}"
    word = "dearer" if verdict.difference > 0 else "cheaper"
    said = f"{label} is {much} {word} than {base}; {WORDS[verdict.kind]}"
    if verdict.kind != "same problem":
        said += f" ({verdict.gaps:,.2f})"
        if verdict.gaps >= CENT:
            said += f". The best plans differ by {verdict.least:+,.2f} to {verdict.most:+,.2f}"
    return f"{said}."


def is_part(name: str) -> bool:
    """Whether a cost is a part of the one above it."""
    cause, _, mode = name.removeprefix(COST).partition(".")
    return bool(mode) or cause == "emergency_freight"


def cost_name(name: str) -> str:
    """`cost.lost_sales` → lost sales, `cost.freight.van` → van."""
    cause, _, mode = name.removeprefix(COST).partition(".")
    return mode or COST_WORDS.get(cause) or CAUSES.get(cause, cause.replace("_", " "))


def shown(name: str, value: float | None) -> str:
    """The value of a figure."""
    if value is None:
        return "–"
    if name in SHARES:
        return f"{100 * value:.2f} %"
    return f"{value:,.0f}" if name == "loads" else f"{value:,.2f}"


def change(name: str, difference: float | None, share: float | None) -> str:
    """How much a figure is above that of the base, in per cent, of shares in points."""
    if not difference:
        return "" if difference is None else "="
    if name in SHARES:
        return f"{100 * difference:+.2f} pt"
    return "" if share is None else f"{100 * share:+.2f} %"
