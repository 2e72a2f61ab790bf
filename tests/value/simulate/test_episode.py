"""No decision depends on what happens after it; what happened is priced as the evaluator would."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.audit import evaluate
from planner.plan.effort import Policy
from planner.tables.dataset import DataSet
from planner.value.simulate.episode import play
from planner.value.simulate.measures import hindsight, measures, rates_of
from planner.value.simulate.planning import difference
from planner.value.simulate.policies import policy
from planner.value.simulate.setup import Effort, Trigger
from planner.value.simulate.truth import Truth, truth
from tests.value.simulate.shop import MILK, S1, SOAP, certain, orders, shop

QUICK = Effort(gap=0.0, time_limit=60.0, engine="exact", horizon=3)


def other_future(one: Truth, day: int) -> Truth:
    """The same until a day, and three times as much from then on."""
    wanted = one.wanted.copy()
    wanted[:, :, day:] *= 3
    return replace(one, wanted=wanted)


@pytest.mark.parametrize("name", ["joint", "sequential", "reorder"])
@pytest.mark.parametrize("delay", [0, 2])
def test_changing_the_future_changes_no_earlier_decision(name: Policy, delay: int) -> None:
    """Demand changes from day 2 on. With fresh information the first plan that may differ is that of day 3, with information
    two days old that of day 5."""
    one = truth(shop(), 6, "draws", 1, 0)
    two = other_future(one, 2)
    found = [play(happens, policy(name, QUICK), delay).orders for happens in (one, two)]
    first = pd.Timestamp(one.data.settings.start_date) + pd.Timedelta(days=3 + delay)
    early = [frame[frame["dispatch_date"] < first] for frame in found]
    pd.testing.assert_frame_equal(*early)
    assert len(early[0])
    if delay == 0:
        assert not found[0].equals(found[1])  # and what is known is used


@pytest.mark.parametrize("delay", [0, 1, 3])
def test_what_is_known_is_as_old_as_it_really_was(delay: int) -> None:
    """At the review of day 5 sales of day 5 − delay are not known; those of the day before are."""
    base = truth(shop(), 8, "draws", 1, 0)
    plan = orders(("SOAP", "DC", "S1", "van", 4, 1, 1))

    def seen(happens: Truth) -> DataSet:
        known: list[DataSet] = []

        def note(data: DataSet) -> pd.DataFrame:
            known.append(data)
            return plan

        play(happens, note, delay)
        return known[5]

    same, changed = seen(other_future(base, 5 - delay)), seen(other_future(base, 4 - delay))
    assert seen(base).content_hash == same.content_hash
    assert seen(base).content_hash != changed.content_hash


def test_stock_is_carried_on_from_the_last_count_by_what_was_expected() -> None:
    """Soap at S1: counted 20 on day 0, 4 more came on day 1, and the forecast of two days was sold."""
    data = shop()
    happens = certain(data, {(SOAP, S1): [9.0, 9.0, 9.0]})
    known: list[DataSet] = []

    def note(seen: DataSet) -> pd.DataFrame:
        known.append(seen)
        return orders(("SOAP", "DC", "S1", "van", 4, 1, 1))

    play(happens, note, 2)
    table = known[2]["inventory"]
    stock = table[(table["item_id"] == "SOAP") & (table["location_id"] == "S1")]["on_hand"].item()
    demand = known[0]["demand"]
    mine = demand[(demand["item_id"] == "SOAP") & (demand["location_id"] == "S1")].sort_values("date")
    # the plan of day 0 expects days 0 and 1 from the same sales, those before day −2
    assert stock == pytest.approx(24 - mine["mean"].iloc[:2].sum(), abs=0.5)


def test_without_surprises_the_evaluator_agrees_to_the_cent() -> None:
    """Demand that was wanted, taken as certain; soap, which never expires; nothing late."""
    data = shop()
    happens = certain(data, {(SOAP, S1): [9.0, 9.0, 9.0, 9.0]})
    happens.wanted[MILK] = 0
    plan = orders(("SOAP", "DC", "S1", "van", 8, 1, 1), ("SOAP", "FARM", "DC", "truck", 12, 0, 1))
    episode = play(happens, lambda _: plan, 0)
    found = measures(happens, episode, rates_of(happens))
    judged = evaluate(hindsight(happens), episode.orders)
    stock = judged.inventory[judged.inventory["item_id"] == "SOAP"]
    rate = 0.25 * 2.0 / 365
    assert found["lost_sales"] == pytest.approx(judged.costs["lost_sales"])
    assert found["lost_sales"] == pytest.approx(8 * 2.0)  # 20 + 8 units against 36, at a margin of 2
    soap = episode.closing[:, SOAP].sum() * rate
    assert soap == pytest.approx(stock["closing"].sum() * rate)
    assert found["freight"] == pytest.approx(20 + 60)


def test_orders_that_are_planned_anew_count_as_changes() -> None:
    known = shop()
    before = orders(("SOAP", "DC", "S1", "van", 8, 1, 1), ("SOAP", "DC", "S1", "van", 8, 2, 2)).assign(
        cases=[2.0, 2.0]
    )
    after = orders(("SOAP", "DC", "S1", "van", 12, 1, 1), ("SOAP", "DC", "S1", "van", 8, 5, 5)).assign(
        cases=[3.0, 2.0]
    )
    # day 1: one case more; day 2: two cases less; day 5 was in no plan before
    assert difference(before, after, known) == (3.0, 4.0)
    assert difference(before, before, known) == (0.0, 4.0)


def test_a_review_without_a_plan_follows_the_plan_before() -> None:
    from planner.errors import NoFeasiblePlan

    happens = certain(shop(), {(SOAP, S1): [9.0, 9.0, 9.0]})
    calls = []

    def once(known: DataSet) -> pd.DataFrame:
        calls.append(known)
        if len(calls) > 1:
            raise NoFeasiblePlan([])
        return orders(("SOAP", "DC", "S1", "van", 8, 2, 2))

    episode = play(happens, once, 0)
    assert episode.failed == (1, 2)
    assert episode.orders["quantity"].tolist() == [8]


def test_a_weekly_review_plans_once_a_week() -> None:
    happens = truth(shop(), 14, "draws", 1, 0)
    episode = play(happens, policy("reorder", Effort(horizon=7)), 0, Trigger("weekly", 7))
    assert episode.planned == (0, 7)
    assert np.isfinite(measures(happens, episode, rates_of(happens))["total_cost"])


def test_firm_orders_leave_once_as_they_stand() -> None:
    firm = (
        orders(("SOAP", "FARM", "DC", "truck", 40, 1, 2))
        .drop(columns="cases")
        .assign(status="firm", order_id="F1")
    )
    happens = certain(shop(open_orders=firm), {(SOAP, S1): [3.0] * 5})
    episode = play(happens, policy("reorder", Effort(horizon=4)), 0)
    gone = episode.orders[(episode.orders["origin"] == "FARM") & (episode.orders["quantity"] == 40)]
    assert len(gone) == 1


def test_the_limits_that_are_counted_are_limits_of_the_evaluator() -> None:
    from planner.audit import limits
    from planner.value.simulate.measures import LIMITS

    assert set(LIMITS) <= {limit.__name__ for limit in limits.LIMITS}


def test_limits_that_what_left_went_beyond_are_counted() -> None:
    """One van a day to S1, and 360 units of soap (180 kg) need two."""
    lanes = shop()["lanes"].assign(max_vehicles_per_day=[None, 1, None])
    inventory = pd.DataFrame({"item_id": ["SOAP"], "location_id": ["DC"], "on_hand": [400]})
    happens = certain(shop(lanes=lanes, inventory=inventory), {(SOAP, S1): [9.0, 9.0]})
    episode = play(happens, lambda _: orders(("SOAP", "DC", "S1", "van", 360, 1, 1)), 0)
    assert measures(happens, episode, rates_of(happens))["limits_exceeded"] == 1


def test_an_episode_that_is_asked_to_stop_ends_on_that_day() -> None:
    """Asked every morning: the third time it is time to stop, after two reviews."""
    asked: list[int] = []
    known: list[DataSet] = []

    def note(data: DataSet) -> pd.DataFrame:
        known.append(data)
        return orders()

    def stop() -> bool:
        asked.append(len(asked))
        return len(asked) == 3

    with pytest.raises(KeyboardInterrupt):
        play(certain(shop(), {(SOAP, S1): [1.0] * 5}), note, 0, stop=stop)
    assert len(known) == 2
