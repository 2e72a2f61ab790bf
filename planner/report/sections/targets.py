"""Key figures against the targets in the table `policies`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.audit.lanes import Flags
from planner.audit.needs import per_pair
from planner.audit.network import Floats
from planner.audit.projection import Projection
from planner.report.charts.bars import against_target, lying_height
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.words import counted, number, percent, some
from planner.tables.policies import resolve


@dataclass(frozen=True)
class Judged:
    """A figure of some item-locations beside its target; `over` means that more is worse."""

    figure: str
    scope: str
    value: float
    target: float
    over: bool = False
    share: bool = True

    @property
    def met(self) -> bool:
        """Whether the target is reached, to what can be read on the page."""
        slack = 5e-4 if self.share else 5e-3
        return self.value <= self.target + slack if self.over else self.value >= self.target - slack


def judged(m: Material) -> list[Judged]:
    """Every target that is given, per category and value of the target."""
    p = m.projection
    if p is None:
        return []
    sells = np.asarray((p.needs.mean > 0).any(axis=1))
    days = p.network.horizon.length
    freight = _freight(m, p)
    sales, demand = p.flow.sales.sum(axis=1), p.needs.mean.sum(axis=1)
    ends = (p.flow.ends_with_stock * days).sum(axis=1) / days.sum()
    return [
        *_by_scope(p, "min_projected_fill_rate", "Fill rate", sells, sales, demand),
        *_by_scope(p, "service_target", "In-stock rate", sells, ends, np.ones(len(sells))),
        *_by_scope(p, "max_freight_per_unit", "Freight per unit", sells, freight, sales, over=True),
    ]


def _by_scope(
    p: Projection,
    field: str,
    figure: str,
    counts: Flags,
    above: Floats,
    below: Floats,
    over: bool = False,
) -> list[Judged]:
    target = per_pair(resolve(p.data, field), p.needs.pairs)
    category = p.data["items"]["category"].to_numpy(dtype=object)[p.needs.pairs.item]
    given = counts & ~np.isnan(target)
    found = []
    for name in sorted(set(category[given])):
        mine = counts & (category == name)
        levels = np.unique(target[mine & given])
        for level in levels:
            rows = mine & (target == level)
            if below[rows].sum() > 0:
                scope = name or "all items"
                if rows.sum() < mine.sum():
                    scope += f" ({int(rows.sum()):,} of {int(mine.sum()):,} item-locations)"
                value = float(above[rows].sum() / below[rows].sum())
                found.append(Judged(figure, scope, value, float(level), over, share=not over))
    return found


def _freight(m: Material, p: Projection) -> Floats:
    """All freight of an item, also that to its DCs, spread over where it is sold."""
    shares = m.shares[m.run.record.run_id]
    by_item = shares[shares["cause"] == "freight"].groupby("item_id")["money"].sum()
    money = by_item.reindex(p.network.items.names).fillna(0.0).to_numpy(dtype=float)
    sales = p.flow.sales.sum(axis=1)
    sold = np.bincount(p.needs.pairs.item, sales, minlength=len(money))
    rate = np.divide(money, sold, out=np.zeros_like(money), where=sold > 0)
    return np.asarray(rate[p.needs.pairs.item] * sales)


def verdicts(rows: Sequence[Judged]) -> str:
    """How many targets are met, and which are not."""
    missed = [row for row in rows if not row.met]
    if not missed:
        return f"All {len(rows)} targets are met." if len(rows) > 1 else "The one target that is set is met."
    names = some([f"{row.figure.lower()} of {row.scope}" for row in missed], 3)
    return f"{len(missed)} of {counted(len(rows), 'target')} {'is' if len(missed) == 1 else 'are'} missed: {names}."


def targets(m: Material) -> Section | None:
    """Each target with its distance; shares also as bars."""
    rows = judged(m)
    if not rows:
        return None
    table = Table(
        "Key figures against targets",
        (
            Column("figure"),
            Column("items"),
            Column("plan", "number"),
            Column("target", "number"),
            Column("verdict", "verdict"),
        ),
        tuple((row.figure, row.scope, _shown(row)(row.value), _bound(row), _verdict(row)) for row in rows),
        "Targets are min_projected_fill_rate, service_target and max_freight_per_unit of the table policies.",
    )
    shares = [row for row in rows if row.share]
    charts: tuple[Chart, ...] = ()
    if shares:
        names = [
            f"{row.figure}, {row.scope.removesuffix(' item-locations)')}" + (")" if "(" in row.scope else "")
            for row in shares
        ]
        summary = f"Shares that the plan reaches, and their targets. {verdicts(rows)}"
        option = against_target(summary, names, [row.value for row in shares], [row.target for row in shares])
        height = lying_height(len(names), legend=True)
        charts = (
            Chart("chart-targets", "Service against targets", summary, option, table, "percent", height),
        )
    return Section(
        "targets", "Against the targets", (verdicts(rows),), charts=charts, tables=() if charts else (table,)
    )


def _shown(row: Judged) -> Callable[[float], str]:
    return percent if row.share else number


def _bound(row: Judged) -> str:
    return f"{'≤' if row.over else '≥'} {_shown(row)(row.target)}"


def _verdict(row: Judged) -> str:
    if row.met:
        return "met"
    distance = abs(row.value - row.target)
    return f"missed by {number(100 * distance, 1)} points" if row.share else f"missed by {number(distance)}"
