"""When plans are made, what they know, and that nothing is known before its time."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from planner.response.events import scope
from planner.tables.dataset import DataSet, conform
from planner.tables.schema import TABLES
from planner.value.simulate.episode import play
from planner.value.simulate.policies import Work, as_of, policy, response
from planner.value.simulate.setup import Effort, Trigger
from planner.value.simulate.truth import Truth, truth
from tests.value.simulate.shop import S1, SOAP, START, certain, orders, shop
from tests.value.simulate.test_shocks import VAN, event, shaken

QUICK = Effort(horizon=7)
WEEKLY, DAILY, EVENT = Trigger("weekly", 7), Trigger("daily", 1), Trigger("event", 7)
CLOSED = event("lane_closed", 3, **VAN, first=4, last=5)


def on_days(happens: Truth, trigger: Trigger) -> tuple[list[int], list[int], list[list[str]]]:
    """Days of reviews, days of answers, and the events that were answered."""
    news: list[list[str]] = []

    def answer(_: DataSet, _plan: pd.DataFrame, events: pd.DataFrame, _since: int) -> pd.DataFrame:
        news.append(events["event_id"].tolist())
        return orders()

    episode = play(happens, lambda _: orders(), 0, trigger, answer)
    return list(episode.planned), list(episode.answered), news


def quiet(days: int = 15) -> Truth:
    return certain(shop(), {(SOAP, S1): [1.0] * days})


def test_weekly_daily_and_event_plan_when_their_names_say() -> None:
    happens = shaken(quiet(), CLOSED)
    assert on_days(happens, WEEKLY) == ([0, 7, 14], [], [])
    assert on_days(happens, DAILY) == (list(range(15)), [], [])
    assert on_days(happens, EVENT) == ([0, 7, 14], [4], [[CLOSED["event_id"]]])


@pytest.mark.parametrize(
    ("hour", "hours", "day"),
    [
        (10, 0.1, 4),  # told on day 3 at ten: the dispatches of the next morning
        (10, 20, 4),  # at six in the morning of day 4, just in time
        (10, 21, 5),  # an hour too late for day 4
        (5, 0.1, 3),  # before the morning
        (5, 2, 4),
        (10, 68, 6),  # 2 days and 20 hours
    ],
)
def test_an_answer_leaves_with_the_first_morning_for_which_it_is_published(
    hour: float, hours: float, day: int
) -> None:
    happens = shaken(quiet(), event("lane_closed", 3, hour, **VAN, first=4, last=5))
    assert on_days(happens, replace(EVENT, response=hours))[1] == [day]


def test_events_of_one_morning_are_answered_together_and_a_review_answers_those_of_its_own() -> None:
    happens = shaken(
        quiet(),
        CLOSED,
        event("tariff_change", 3, 12, mode="van", factor=2),
        event("tariff_change", 6, mode="van", factor=0.5),
    )
    assert on_days(happens, EVENT) == ([0, 7, 14], [4], [[CLOSED["event_id"], "tariff_change 3"]])


@pytest.mark.parametrize(("hours", "age"), [(0.1, 0), (6, 0), (7, 1), (30, 1), (48, 2)])
def test_plans_that_take_long_know_sales_that_are_old(hours: float, age: int) -> None:
    """A plan that is in force at six in the morning and took 30 hours began at midnight a day before: sales of two days ago."""
    assert Trigger("weekly", 7, hours).age == age


def test_a_slow_review_knows_what_a_fast_one_with_old_information_knows() -> None:
    happens = truth(shop(), 9, "draws", 1, 0)
    known: list[list[str]] = []

    def seen(delay: int, trigger: Trigger) -> list[str]:
        hashes: list[str] = []

        def note(data: DataSet) -> pd.DataFrame:
            hashes.append(data.content_hash)
            return orders()

        play(happens, note, delay, trigger)
        return hashes

    known = [seen(2, WEEKLY), seen(0, replace(WEEKLY, response=48)), seen(0, WEEKLY)]
    assert known[0] == known[1] != known[2]


def test_a_wider_window_makes_plans_more_careful() -> None:
    """With a week in which nobody reacts, a joint plan sends more than with a day."""
    data = shop()
    sent = [policy("joint", Effort(horizon=7, window=days))(data)["quantity"].sum() for days in (1, 7)]
    assert sent[1] > sent[0]


def test_without_events_event_is_weekly_exactly() -> None:
    happens = truth(shop(), 15, "draws", 1, 0)
    decide, answer = policy("sequential", QUICK), response("sequential", QUICK)
    weekly, event_ = (play(happens, decide, 0, trigger, answer) for trigger in (WEEKLY, EVENT))
    pd.testing.assert_frame_equal(weekly.orders, event_.orders)
    assert event_.answered == ()


def test_all_triggers_meet_the_same_shocks_and_none_changes_them() -> None:
    happens, same = (truth(shop(), 15, "draws", 1, 0, 4.0) for _ in range(2))
    decide, answer = policy("sequential", QUICK), response("sequential", QUICK)
    found = [play(happens, decide, 0, trigger, answer) for trigger in (WEEKLY, DAILY, EVENT)]
    pd.testing.assert_frame_equal(happens.shocks, same.shocks)
    assert (happens.wanted == same.wanted).all()
    wanted = [episode.sold.sum() + episode.lost.sum() for episode in found]
    assert wanted == pytest.approx([happens.wanted.sum()] * 3)
    assert found[2].answered
    assert not found[0].orders.equals(found[2].orders)


LATER = [
    event("demand_shift", 4, category="food", factor=3, first=4, last=9),
    event("inbound_late", 4, origin="FARM", destination="DC", days=2),
    event("lane_closed", 4, **VAN, first=5, last=6),
    event("lane_capacity", 4, **VAN, quantity=0, first=5),
    event("location_closed", 4, location_id="S1", first=5, last=6),
    event("tariff_change", 4, mode="van", factor=3),
    event("stock_correction", 4, item_id="SOAP", location_id="S1", quantity=-20),
    event("quality_hold", 4, item_id="SOAP", location_id="DC"),
]


@pytest.mark.parametrize("later", LATER, ids=lambda row: str(row["type"]))
@pytest.mark.parametrize(
    "trigger", [DAILY, EVENT, replace(EVENT, response=24.0), replace(EVENT, detects=True)], ids=str
)
def test_no_decision_depends_on_an_event_before_it_is_told(
    later: dict[str, object], trigger: Trigger
) -> None:
    """Told on day 4 at ten, and nothing has happened before that. Dispatches until day 4 are as if nothing ever would."""
    decide, answer = policy("sequential", QUICK), response("sequential", QUICK)
    calm, shocked = (
        play(truth(shop(), 6, "draws", 1, 0, events=rows), decide, 0, trigger, answer).orders
        for rows in ([], [later])
    )
    first = pd.Timestamp(START) + pd.Timedelta(days=5)
    early = [frame[frame["dispatch_date"] < first] for frame in (calm, shocked)]
    assert len(early[0])
    pd.testing.assert_frame_equal(*early)


def test_an_event_that_is_told_later_than_it_begins_is_not_known_before() -> None:
    """A lane that has been closed since day 1 and of which one hears on day 5: known data are the same until then."""

    def known(*events: dict[str, object]) -> list[int]:
        lanes: list[int] = []

        def note(data: DataSet) -> pd.DataFrame:
            lanes.append(len(data["lanes"]))
            return orders()

        play(shaken(quiet(8), *events), note, 0, DAILY)
        return lanes

    assert known(event("lane_closed", 5, **VAN, first=1, last=12)) == [3] * 6 + [4, 4]
    # ^ on day 6 and 7 it is valid before and after the closed days


@pytest.mark.parametrize("trigger", [DAILY, EVENT], ids=str)
def test_what_is_told_is_used(trigger: Trigger) -> None:
    later = event("demand_shift", 3, category="food", factor=3, first=5, last=9)
    decide, answer = policy("sequential", QUICK), response("sequential", QUICK)
    calm, told = (
        play(truth(shop(), 9, "draws", 1, 0, events=rows), decide, 0, trigger, answer).orders
        for rows in ([], [later])
    )
    on_day_four = pd.Timestamp(START) + pd.Timedelta(days=4)
    sent = [frame.loc[frame["dispatch_date"] == on_day_four, "quantity"].sum() for frame in (calm, told)]
    assert sent[1] > sent[0]


def joint_plans(happens: Truth) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """What the joint policy had planned when events came, and its answers."""
    decide, answer = policy("joint", QUICK), response("joint", QUICK)
    before: list[pd.DataFrame] = []
    after: list[pd.DataFrame] = []

    def note(data: DataSet, plan: pd.DataFrame, news: pd.DataFrame, since: int) -> pd.DataFrame:
        start = pd.Timestamp(data.settings.start_date)
        found = answer(data, plan, news, since)
        before.append(plan[plan["dispatch_date"] >= start])
        after.append(found)
        return found

    play(happens, decide, 0, EVENT, note)
    return before, after


def units(plan: pd.DataFrame, item: str) -> float:
    """What a plan sends to S1."""
    return float(plan.loc[(plan["item_id"] == item) & (plan["destination"] == "S1"), "quantity"].sum())


def test_joint_planning_sends_more_where_demand_has_shifted() -> None:
    shift = event("demand_shift", 1, item_id="MILK", location_id="S1", factor=3, first=3)
    (before,), (after,) = joint_plans(truth(shop(), 3, "draws", 1, 0, events=[shift]))
    assert units(after, "MILK") > units(before, "MILK")


def test_joint_planning_changes_nothing_for_an_event_that_touches_nothing() -> None:
    """A courier whom nobody calls can't come."""
    closed = event("lane_closed", 1, **{**VAN, "mode": "courier"}, first=2)
    (before,), (after,) = joint_plans(truth(sent_daily(courier=1000.0), 3, "draws", 1, 0, events=[closed]))
    columns = ["item_id", "origin", "destination", "mode", "dispatch_date", "quantity"]
    one, two = (frame[columns].sort_values(columns, ignore_index=True) for frame in (before, after))
    pd.testing.assert_frame_equal(one, two)
    assert len(one)


def sent_daily(courier: float | None = None) -> DataSet:
    """A van costs little and stock much, so that something is still to be sent on every day; maybe there is a courier to S1."""
    lanes = shop()["lanes"]
    lanes = lanes.assign(cost_per_vehicle=lanes["cost_per_vehicle"].mask(lanes["mode"] == "van", 2.0))
    if courier is not None:
        second = lanes.iloc[[1]].assign(mode="courier", cost_per_vehicle=courier)
        lanes = pd.concat([lanes, second], ignore_index=True)
    dear = pd.DataFrame({"kind": ["store"], "holding_cost_per_unit_day": [0.5]})
    return shop(lanes=lanes, policies=dear)


def test_joint_planning_sends_another_way_what_a_closed_lane_keeps() -> None:
    """The van to S1 can't leave from day 2 on; a courier can."""
    closed = event("lane_closed", 1, **VAN, first=2)
    (before,), (after,) = joint_plans(truth(sent_daily(courier=4.0), 3, "draws", 1, 0, events=[closed]))
    assert set(before.loc[before["destination"] == "S1", "mode"]) == {"van"}
    assert set(after.loc[after["destination"] == "S1", "mode"]) == {"courier"}


def test_an_answer_plans_until_the_end_of_the_plan_and_no_further() -> None:
    """What nobody has planned yet is missing in no plan, so that it is no reason to change one."""
    lost = event("stock_correction", 3, item_id="SOAP", location_id="S1", quantity=-20)
    (before,), (after,) = joint_plans(truth(sent_daily(), 5, "draws", 1, 0, events=[lost]))
    last = pd.Timestamp(START) + pd.Timedelta(days=QUICK.horizon - 1)
    assert len(after)
    assert after["dispatch_date"].max() <= last
    assert units(after, "SOAP") > units(before, "SOAP")


def test_stock_that_is_gone_and_goods_that_are_late_are_planned_for() -> None:
    """Both happened yesterday: the tables have them, the plan does not."""
    lost = event("stock_correction", 1, item_id="SOAP", location_id="S1", quantity=-20)
    (before,), (after,) = joint_plans(truth(sent_daily(), 3, "draws", 1, 0, events=[lost]))
    assert units(after, "SOAP") > units(before, "SOAP")


def test_what_has_happened_still_touches_a_plan_that_does_not_know_it() -> None:
    """Yesterday: the tables of today have the correction and the new date of arrival, and the plan has neither."""
    rows = [
        event("stock_correction", 1, item_id="SOAP", location_id="S1", quantity=-4),
        event("inbound_late", 1, order_id="A", item_id="MILK", origin="FARM", destination="DC", days=2),
    ]
    today = shop().replace(
        settings=shop().settings.model_copy(update={"start_date": START + timedelta(days=2)})
    )
    news = conform(TABLES["events"], rows)
    plan = orders(("SOAP", "DC", "S2", "van", 4, 3, 3))
    assert scope(today, plan, news).pairs.empty
    pairs = scope(today, plan, as_of(news, today)).pairs
    assert pairs.values.tolist() == [["MILK", "DC"], ["SOAP", "S1"]]


def test_an_answer_ends_after_so_many_looks_whatever_the_machine() -> None:
    work = Work(2)
    assert [work() for _ in range(4)] == [False, False, True, True]


def test_a_shift_that_nobody_tells_is_found_in_the_sales() -> None:
    """Milk sells four times as much from day 2 on, in plenty; one would be told on day 13."""
    shift = event("demand_shift", 13, item_id="MILK", location_id="S1", factor=4, first=2, last=12)
    stock = shop()["inventory"].assign(on_hand=1000)
    happens = truth(shop(inventory=stock), 7, "draws", 1, 0, events=[shift])
    assert on_days(happens, EVENT) == ([0], [], [])
    reviews, answers, news = on_days(happens, replace(EVENT, detects=True))
    assert reviews == [0]
    assert 3 <= answers[0] <= 5
    assert "sales MILK S1" in {name for names in news for name in names}
    assert sum("sales MILK S1" in names for names in news) == 1  # once the plan knows it, it is no news


def test_plans_expect_what_a_detected_shift_suggests() -> None:
    shift = event("demand_shift", 13, item_id="MILK", location_id="S1", factor=4, first=2, last=12)
    stock = shop()["inventory"].assign(on_hand=1000)
    happens = truth(shop(inventory=stock), 8, "draws", 1, 0, events=[shift])

    def expected(trigger: Trigger) -> float:
        means: list[float] = []

        def note(data: DataSet) -> pd.DataFrame:
            table = data["demand"]
            rows = (table["item_id"] == "MILK") & (table["location_id"] == "S1")
            means.append(float(table.loc[rows, "mean"].sum()))
            return orders()

        play(happens, note, 0, trigger)
        return means[-1]

    assert expected(replace(WEEKLY, detects=True)) > 1.2 * expected(WEEKLY)
