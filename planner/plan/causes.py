"""The causes of cost, in the words that people read, and their money in `kpis.json`."""

from typing import Any

CAUSES = {
    "freight": "freight",
    "holding": "holding stock",
    "lost_sales": "lost sales",
    "handling": "handling",
    "overtime": "overtime",
    "waste": "waste",
    "purchase": "dearer sources",
    "co2": "CO₂",
    "changes": "changes",
    "terminal": "shortage at end",
}


def amount_of(cost: dict[str, Any], cause: str) -> float:
    """The money of a cause; freight is given per mode."""
    value = cost.get(cause) or 0.0
    return float(sum(value.values())) if isinstance(value, dict) else float(value)


def per_cause(cost: dict[str, Any]) -> dict[str, float]:
    """Money of every cause."""
    return {cause: amount_of(cost, cause) for cause in CAUSES}
