"""What the tables must fulfil together: one small function per rule, each finds all its faults at once."""

from planner.tables.findings import Finding
from planner.tables.rules import events, history, keys, network, orders, policies, reach, supply
from planner.tables.rules.book import Book
from planner.tables.settings import Settings
from planner.tables.sheet import Sheet

RULES = (
    *keys.RULES,
    *network.RULES,
    *supply.RULES,
    *orders.RULES,
    *history.RULES,
    *policies.RULES,
    *events.RULES,
    *reach.RULES,
)


def check(sheets: dict[str, Sheet], settings: Settings | None) -> list[Finding]:
    """All findings of all rules."""
    book = Book(sheets, settings)
    return [finding for rule in RULES for finding in rule(book)]
