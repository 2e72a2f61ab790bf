"""The limits of a plan (models/README.md, section 4): a function per limit gives a row per violation."""

from collections.abc import Callable

import pandas as pd

from planner.audit.limits.capacity import capacity, vehicles_per_day
from planner.audit.limits.dispatch import (
    case_fits_vehicle,
    dispatch_day,
    first_open_day,
    frozen_days,
    lane_valid,
    offered,
    origin_open,
    whole_cases,
)
from planner.audit.limits.given import given_orders
from planner.audit.limits.stock import available_stock, max_stock, min_stock, no_lost_sales
from planner.audit.limits.supplier import max_per_day, min_order_quantity, order_minimums, order_multiple
from planner.audit.projection import Projection

LIMITS: tuple[Callable[[Projection], pd.DataFrame], ...] = (
    available_stock,
    whole_cases,
    order_multiple,
    vehicles_per_day,
    lane_valid,
    dispatch_day,
    first_open_day,
    origin_open,
    offered,
    case_fits_vehicle,
    min_order_quantity,
    max_per_day,
    order_minimums,
    no_lost_sales,
    min_stock,
    max_stock,
    capacity,
    given_orders,
    frozen_days,
)
