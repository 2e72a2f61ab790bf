"""Demand as a distribution per item, location and day: as the user forecast it, or built from sales.

How a history becomes a forecast, each step in the module of its name:

1. `history`   the `sales` table becomes arrays of days × series; days that say nothing are set aside;
2. `censoring` a stocked-out day shows only a lower limit: its expected demand is filled in;
3. `pattern`   weekday factors per category and location, promotion uplift per item, thin data pooled;
4. `level`     exponential smoothing, or its form for intermittent demand, with a pooled smoothing constant;
5. `spread`    the variance, from the errors of the forecasts that one would have made day by day.

The forecast of a day is level × weekday factor. Future promotions are unknown unless demand is given.
"""

from planner.demand.build import COLUMNS, demand

__all__ = ["COLUMNS", "demand"]
