"""What planning again promises, on random events of all types for the shop."""

from functools import cache
from itertools import pairwise
from random import Random

import numpy as np
import pandas as pd
import pytest

from planner import evaluate, solve
from planner.errors import InvalidData, NoFeasiblePlan
from planner.plan.plan import Plan
from planner.response.events import applied, together
from planner.response.replan.proposal import Proposal, propose
from planner.response.replan.proven import neighbourhood
from planner.response.replan.respond import Limits, respond
from planner.response.replan.situation import Situation
from planner_models import exact
from planner_models.incumbent import Effort
from planner_models.neighbourhood import narrowed
from planner_models.projection import Projection
from tests.response.events.drawn import draw
from tests.response.events.shop import events, shop
from tests.seeds import seeds

CASES = seeds(32)


@cache
def published() -> Plan:
    return solve(shop(), gap=0.0, threads=1)


@cache
def standing() -> Situation:
    return Situation.of(shop(), published().orders)


def answered(seed: int, limits: Limits) -> tuple[Proposal, pd.DataFrame, pd.DataFrame] | None:
    """The proposal for a random event, the event and its opposite; None where it can't be applied."""
    event, opposite = (events(row) for row in draw(Random(seed), seed))
    try:
        data = applied(shop(), event)
    except InvalidData:
        return None
    return propose(standing().with_tables(data), event, limits), event, opposite


def test_without_an_event_nothing_changes() -> None:
    everything = np.arange(len(standing().problem.stock.item))
    for points in (everything[:0], everything):  # the plan is the best there is
        assert (respond(standing(), points).lots == standing().published).all()


def test_an_event_that_touches_nothing_changes_nothing() -> None:
    over = events(
        {
            "event_id": "E",
            "type": "lane_closed",
            "origin": "DC",
            "destination": "S1",
            "at": "2026-05-01",
            "date_to": "2026-05-02",
        }
    )
    proposal = propose(standing().with_tables(applied(shop(), over)), over)
    pd.testing.assert_frame_equal(proposal.orders, published().orders)
    assert proposal.actions.empty


@pytest.mark.parametrize("seed", CASES)
def test_a_proposal_is_feasible_no_worse_than_doing_nothing_and_leaves_alone_what_is_outside(
    seed: int,
) -> None:
    try:
        found = answered(seed, Limits())
    except NoFeasiblePlan:
        return
    if found is None:
        return
    response = found[0].response
    judged = evaluate(response.situation.data, found[0].orders)
    assert judged.feasible
    assert judged.total == pytest.approx(found[0].cost, abs=1e-6)
    if not response.situation.plan.excess:
        assert response.cost_after <= response.cost_before + 1e-6
    outside = ~response.free & response.situation.problem.shipments.open
    assert (response.lots == response.situation.published)[outside].all()
    kept = found[0].orders.merge(
        response.situation.placed.orders, on=[n for n in published().orders if n != "arrival_date"]
    )
    same = (response.lots > 0) & (response.lots == response.situation.published)
    assert len(kept) >= same.sum()  # what stays keeps its name


@pytest.mark.parametrize("seed", CASES)
def test_the_budget_of_changes_is_never_exceeded(seed: int) -> None:
    for most in (0, 1, 3):
        try:
            found = answered(seed, Limits(max_changes=most))
        except NoFeasiblePlan:
            continue
        if found is None:
            return
        before, after = published().orders, found[0].orders
        assert found[0].response.changes <= most
        lines = ["item_id", "origin", "destination", "mode", "dispatch_date"]
        both = before.merge(after, on=lines, how="outer", suffixes=("", "_new"))
        # A given order that the event makes impossible is given up, and one that it makes firm is there: neither is a change.
        given = {*standing().problem.given.order_id, *found[0].response.situation.problem.given.order_id}
        free = ~(both["order_id"].isin(given) | both["order_id_new"].isin(given))
        assert (both["cases"].fillna(0) != both["cases_new"].fillna(0))[free].sum() <= most


def test_more_changes_never_cost_more() -> None:
    for seed in range(6):
        costs = []
        for most in (0, 1, 2, 3, 5, 8, None):
            try:
                found = answered(seed, Limits(max_changes=most))
            except NoFeasiblePlan:
                continue
            if found is not None:
                costs.append(found[0].cost)
        assert all(later <= sooner + 1e-6 for sooner, later in pairwise(costs)), seed


@pytest.mark.parametrize("seed", CASES)
def test_after_an_event_and_its_opposite_the_plan_costs_no_more_than_before(seed: int) -> None:
    try:
        found = answered(seed, Limits())
    except NoFeasiblePlan:
        return
    if found is None:
        return
    proposal, event, opposite = found
    data = applied(shop(), together(event, opposite))
    then = Situation.of(proposal.response.situation.data, proposal.orders)
    back = propose(then.with_tables(data), opposite, earlier=[published().orders])
    original = (
        standing().with_tables(data).plan
    )  # not quite the tables of before: what was late may have been placed since
    if not original.excess:
        assert back.cost <= original.cost + 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_the_same_question_has_the_same_answer(seed: int) -> None:
    try:
        first, second = answered(seed, Limits()), answered(seed, Limits())
    except NoFeasiblePlan:
        return
    if first is None or second is None:
        return
    pd.testing.assert_frame_equal(first[0].orders, second[0].orders)
    pd.testing.assert_frame_equal(first[0].actions, second[0].actions)


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_of_the_neighbourhood_is_below_the_best_plan_with_the_same_rest(seed: int) -> None:
    try:
        found = answered(seed, Limits())
    except NoFeasiblePlan:
        return
    if found is None or not found[0].response.free.any():
        return
    response = found[0].response
    part = narrowed(response.situation.plan, response.free)
    best = exact.solve(part.problem, Effort(gap=0.0, time_limit=20.0), start=None)
    assert best.lots is not None
    optimum = Projection(response.situation.problem, part.whole(best.lots)).cost
    proven = neighbourhood(response, None)
    assert proven["bound"] <= optimum + 1e-5
    assert optimum <= response.cost_after + 1e-5


def test_an_event_that_makes_orders_impossible_says_how_many_have_to_change() -> None:
    closed = events(
        {"event_id": "E", "type": "location_closed", "location_id": "DC", "at": "2026-06-01T06:00"}
    )
    now = standing().with_tables(applied(shop(), closed))
    assert now.forced > 0
    with pytest.raises(NoFeasiblePlan, match=f"{now.forced} have to"):
        propose(now, closed, Limits(max_changes=now.forced - 1))


def test_changes_that_cost_more_than_they_bring_are_not_made() -> None:
    early = events(
        {"event_id": "E", "at": "2026-06-01T06:00", "type": "inbound_late", "order_id": "T1", "days": -2}
    )
    now = standing().with_tables(applied(shop(), early))
    free, dear = propose(now, early), propose(now, early, Limits(change_cost=1e4))
    assert free.response.changes > 0
    assert dear.response.changes == 0
