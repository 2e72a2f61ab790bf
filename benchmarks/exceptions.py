"""Whether the money that exceptions promise is there: `python benchmarks/exceptions.py [DATA] [--replications N] [--days N]`.

A joint plan is made, then things happen: demand of some items changes, loads come late, stock at a DC is missing. A week later the
tables are looked at. For every exception the days that are left are played twice with the demand that really comes: with the plan
as it stands, and with the response to this one exception. The difference in cost is what it was worth in fact.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from planner.audit import evaluate
from planner.plan.build import orders_of
from planner.plan.plan import Plan
from planner.response.exceptions.answer import responded
from planner.response.exceptions.look import beside
from planner.tables.dataset import DataSet
from planner.tables.load import load
from planner.value.simulate.episode import Episode, play
from planner.value.simulate.measures import measures, rates_of
from planner.value.simulate.policies import policy
from planner.value.simulate.setup import Effort, Trigger
from planner.value.simulate.truth import Truth, truth

SHIFTS = (2.0, 1.6, 0.5)  # of an item each, at all stores
LATE_DAYS = 3
LATE, MISSING = (
    0.15,
    0.15,
)  # part of the lanes' dispatches that come late, and of the items whose stock at DCs is halved


@dataclass(frozen=True)
class Worth:
    """An exception, what it promised and what its response was worth when demand had come [money]."""

    kind: str
    promised: float
    in_fact: float


def shocked(happens: Truth, seed: int) -> Truth:
    """The same truth with shifts of demand, late loads and missing stock."""
    random = np.random.default_rng([seed, 9])
    wanted, late = happens.wanted.copy(), happens.late.copy()
    for factor in SHIFTS:
        item = random.integers(len(wanted))
        more = random.binomial(wanted[item].astype(int), abs(factor - 1.0))
        wanted[item] += np.where(factor > 1, more, -more)
    late += LATE_DAYS * (random.random(late.shape) < LATE)
    stock = happens.data["inventory"]
    dcs = happens.data["locations"].query("kind == 'dc'")["location_id"]
    hit = stock["location_id"].isin(dcs) & (random.random(len(stock)) < MISSING)
    on_hand = stock["on_hand"].where(~hit, np.floor(stock["on_hand"] / 2))
    return replace(
        happens, data=happens.data.replace(inventory=stock.assign(on_hand=on_hand)), wanted=wanted, late=late
    )


class Replay:
    """A plan that is made on the first day and changed at most once, a week later."""

    def __init__(self, data: DataSet, replication: int, days: int, review: int) -> None:
        planned = truth(data, days, "draws", 1, replication)
        self.happens = shocked(planned, replication)
        self.review, self.seen = review, self.happens.data
        # who plans doesn't know of the missing stock yet
        self.orders = policy("joint", Effort(horizon=days))(
            planned.data.replace(sales=None, demand=_demand(planned, days))
        )
        settings = planned.data.settings.model_copy(update={"horizon_days": days})
        found = evaluate(planned.data.replace(settings=settings), self.orders)
        self.plan = Plan(
            self.orders,
            found.loads,
            found.inventory,
            found.kpis,
            {"cost": found.total, "bound": 0.0, "gap": 1.0},
        )
        self.rates = rates_of(self.happens)
        self.cost(self.orders)  # to know what the tables say on the day of the review

    def cost(self, later: pd.DataFrame) -> float:
        """What happens costs with these orders from the day of the review on [money]."""
        start = self.happens.data.settings.start_date

        def decide(known: DataSet) -> pd.DataFrame:
            if known.settings.start_date == start:
                return self.orders
            if (known.settings.start_date - start).days == self.review:
                self.seen = known
            return later

        episode = play(self.happens, decide, 0, Trigger("review", self.review))
        self.episode = episode
        return measures(self.happens, episode, self.rates)["total_cost"]

    def tables(self) -> DataSet:
        """What the tables say on the day of the review, with the sales until then."""
        known, episode = self.seen, self.episode
        horizon = self.happens.days - self.review
        settings = known.settings.model_copy(update={"horizon_days": horizon, "frozen_days": 0})
        sales = pd.concat(
            [self.happens.data["sales"], _sold(self.happens, episode, self.review)], ignore_index=True
        )
        return known.replace(sales=sales, demand=None, settings=settings)

    def worth(self) -> list[Worth]:
        """Every exception that promises something."""
        view, every = beside(self.tables(), self.plan)
        # goods that are short are shared out in both, so that the response is all that differs
        before = self.cost(orders_of(view.situation.data, view.situation.index, view.plan))
        found = []
        for issue in every:
            after, promised = responded(view, issue)
            if promised > 0:
                orders = orders_of(view.situation.data, view.situation.index, after.plan)
                found.append(Worth(issue.kind, promised, before - self.cost(orders)))
        return found


def _demand(happens: Truth, days: int) -> pd.DataFrame:
    from planner.demand import demand

    settings = happens.data.settings.model_copy(update={"horizon_days": days})
    return demand(happens.data.replace(settings=settings))


def _sold(happens: Truth, episode: Episode, days: int) -> pd.DataFrame:
    """The sales of the first days, as the tables would have them."""
    items, places = happens.data["items"]["item_id"], happens.data["locations"]["location_id"]
    day, item, place = np.nonzero((episode.sold[:days] > 0) | (episode.lost[:days] > 0))
    return pd.DataFrame(
        {
            "item_id": items.to_numpy()[item],
            "location_id": places.to_numpy()[place],
            "date": pd.Timestamp(happens.data.settings.start_date) + pd.to_timedelta(day, unit="D"),
            "units": episode.sold[day, item, place],
            "stocked_out": episode.closing[day, item, place] <= 0,
        }
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path("data/retail"))
    parser.add_argument("--replications", type=int, default=5)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--review", type=int, default=5, help="days until the tables are looked at")
    asked = parser.parse_args()
    data, every = load(asked.data), []
    print(
        "| replication | exceptions | promised | in fact | top tenth by promise: promised | in fact | correlation of ranks |"
    )
    print("|---|---|---|---|---|---|---|")
    for replication in range(asked.replications):
        found = sorted(
            Replay(data, replication, asked.days, asked.review).worth(), key=lambda one: -one.promised
        )
        every += found
        line(str(replication), found)
    line("all", sorted(every, key=lambda one: -one.promised))
    print()
    table = pd.DataFrame([vars(one) for one in every]).groupby("kind").agg(["size", "sum"])["promised"]
    fact = pd.DataFrame([vars(one) for one in every]).groupby("kind")["in_fact"].sum()
    print(table.assign(in_fact=fact).round(0).to_string())


def line(name: str, found: list[Worth]) -> None:
    """A row of the table; what a response loses in fact counts as nothing recovered in the shares."""
    promised, fact = (np.array([getattr(one, column) for one in found]) for column in ("promised", "in_fact"))
    top = max(1, round(len(found) / 10))
    gained = np.maximum(fact, 0.0)
    ranks = pd.Series(promised).corr(pd.Series(fact), method="spearman") if len(found) > 2 else float("nan")
    share = [f"{100 * values[:top].sum() / max(values.sum(), 1e-9):.0f} %" for values in (promised, gained)]
    print(
        f"| {name} | {len(found)} | {promised.sum():,.0f} | {fact.sum():,.0f} | {share[0]} | {share[1]} | {ranks:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
