"""The plan: what is dispatched, on which vehicles, what it leads to, what it costs and how good it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ORDER_COLUMNS = (
    "order_id",
    "item_id",
    "origin",
    "destination",
    "mode",
    "dispatch_date",
    "arrival_date",
    "cases",
    "quantity",
)
LOAD_COLUMNS = (
    "load_id",
    "origin",
    "destination",
    "mode",
    "dispatch_date",
    "vehicles",
    "kg",
    "m3",
    "cost",
    "fill",
    "route",
)
INVENTORY_COLUMNS = (
    "item_id",
    "location_id",
    "date",
    "opening",
    "arrivals",
    "expected_sales",
    "expected_lost",
    "dispatched",
    "waste",
    "closing",
)


@dataclass(frozen=True)
class Plan:
    """One plan for the whole network. Frames have the columns above; units and the currency of the data."""

    orders: "pd.DataFrame"
    loads: "pd.DataFrame"
    inventory: "pd.DataFrame"
    kpis: dict[str, Any]  # the content of kpis.json
    certificate: dict[str, Any]  # the content of certificate.json
    prices: "pd.DataFrame | None" = None  # the content of prices.parquet, if the bound is proven by prices
    branches: dict[str, Any] | None = None  # the content of branches.json, likewise
    proven: float | None = None  # the bound that these prices prove, recomputed by the evaluator [money]

    @property
    def buckets(self) -> str:
        """The periods for which it was made, such as `7d,3w`; "" = days."""
        return str(self.certificate.get("options", {}).get("buckets", ""))

    @property
    def cost(self) -> float:
        """What the plan costs [money], all causes."""
        return float(self.certificate["cost"])

    @property
    def bound(self) -> float:
        """What any plan costs at least [money]."""
        return float(self.certificate["bound"])

    @property
    def gap(self) -> float:
        """(cost − bound) ÷ cost; 0 for a plan that costs nothing."""
        return float(self.certificate["gap"])
