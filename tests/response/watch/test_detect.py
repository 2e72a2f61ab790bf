"""What the watcher finds in fresh tables that nobody has told it."""

from itertools import islice

import pandas as pd
import pytest

from planner.errors import UsageError
from planner.response.events import stored
from planner.response.ledger import events_of
from planner.response.watch.detect import detected
from planner.response.watch.pace import Pace
from planner.verbs.check import check
from planner.verbs.watch import Watcher, document, watch
from tests.audit.world import day
from tests.response.watch.conftest import fuel
from tests.response.watch.selling import selling, tell


def test_where_sales_are_as_expected_nothing_is_proposed(shop):
    for watcher in (shop.watcher(detected), shop.watcher(detected)):
        assert [watcher.look().state for _ in range(2)] == ["nothing", "nothing"]
    assert (len(shop.runs), shop.kinds()) == (1, [])


def test_sales_that_shift_lead_to_one_proposal(shop):
    tell(shop.data, selling(A=3.0))
    watcher = shop.watcher(detected)
    look = watcher.look()
    [issue] = look.exceptions
    assert (look.state, issue.kind, issue.items) == ("proposed", "demand_shift", ("A",))
    assert issue.recoverable > 50
    [event] = stored(look.run.folder).to_dict("records")
    assert (event["event_id"],) == look.events == (f"{issue.id}-2026-01-05",)
    assert (event["type"], event["item_id"], event["location_id"]) == ("demand_shift", "A", "X")
    assert event["date_from"], event["date_to"] == (pd.Timestamp(day(0)), pd.Timestamp(day(6)))
    assert event["factor"] > 1.1
    assert check(look.run.record.run_id, shop.registry).confirmed
    again = [watcher.look(), watcher.look(), shop.watcher(detected).look()]
    assert [(one.state, one.exceptions) for one in again] == [("nothing", ())] * 3
    assert (len(shop.runs), shop.kinds()) == (2, ["detected", "proposed", "detected"])
    told, proposed, noted = shop.ledger.entries()
    assert [one.event_id for one in events_of(told)] == [one.event_id for one in events_of(proposed)]
    assert noted.run_id == look.base.record.run_id
    [fact] = noted.facts["exceptions"]
    assert [fact] == [{name: one[name] for name in fact} for one in document([look], 1.0)["exceptions"]]
    assert (fact["exception_id"], fact["says"]) == (issue.id, issue.says)
    assert fact["deadline"] == str(issue.deadline)


def test_who_does_not_look_finds_nothing(shop):
    tell(shop.data, selling(A=3.0))
    assert shop.watcher().look().state == "nothing"


def test_tables_and_plan_are_held_against_each_other_once(shop):
    seen = []

    def find(data, run):
        seen.append((data.content_hash, run.record.run_id))
        return detected(data, run)

    watcher = shop.watcher(find)
    for _ in range(2):
        watcher.look()
    shop.allow(1)  # who signs is no part of the tables
    watcher.look()
    assert len(seen) == 1
    shop.drop("fuel", fuel("E1", at="2026-01-05T08:00"))
    assert [watcher.look().state for _ in range(2)] == [
        "proposed",
        "nothing",
    ]  # the same tables, its own plan
    assert len(seen) == 1
    tell(shop.data, selling(A=3.0))
    watcher.look()
    assert len(set(seen)) == len(seen) == 2


@pytest.mark.parametrize(("before", "runs"), [("detected", 1), ("proposed", 2)])
def test_a_look_that_was_killed_is_done_again_as_it_was(shop, killed, before, runs):
    tell(shop.data, selling(A=3.0))
    killed(shop.watcher(detected), before)
    assert len(shop.runs) == runs
    first = shop.watcher(detected).look()
    second = shop.watcher(detected).look()
    assert {first.state, second.state} <= {"proposed", "found", "nothing"}
    assert len(shop.runs) == 2
    assert shop.kinds().count("proposed") == 1
    detected_events = [event for entry in shop.ledger.entries() for event in events_of(entry)]
    assert len(detected_events) == 2  # once detected, once proposed


def test_a_shift_that_was_rejected_is_not_proposed_again_from_the_same_first_day(shop):
    tell(shop.data, selling(A=3.0))
    watcher = shop.watcher(detected)
    shop.end(watcher.look().run)
    assert [watcher.look().state, shop.watcher(detected).look().state] == ["nothing", "nothing"]
    shop.drop("fuel", fuel("E1", at="2026-01-05T08:00"))
    look = watcher.look()
    assert (look.state, look.events) == ("proposed", ("E1",))
    assert shop.watcher(detected).look().events == ()
    assert len(shop.runs) == 3


def test_what_holds_already_is_not_found_again_the_next_day(shop):
    tell(shop.data, selling(A=3.0))
    first = shop.watcher(detected).look().run
    tell(shop.data, selling(1, days=8, A=3.0))
    look = shop.watcher(detected).look()
    assert look.base.record.run_id == first.record.run_id
    assert look.events == ()


def test_told_events_come_first_and_it_looks_again_by_itself(shop):
    tell(shop.data, selling(A=3.0))
    shop.drop("fuel", fuel("E1", at="2026-01-05T08:00"))
    pace = Pace(shop.data, None, on_change=True)
    told, found = islice(watch(shop.watcher(detected), pace), 2)
    assert (told.state, told.events) == ("proposed", ("E1",))
    assert found.state == "proposed"
    assert found.base.record.run_id == told.run.record.run_id
    assert stored(found.run.folder)["event_id"].tolist() == [*found.events, "E1"]


def test_an_event_without_an_answer_keeps_nobody_from_finding_shifts(shop):
    tell(shop.data, selling(A=3.0))
    shop.drop("fuel", fuel("E1", at="2026-01-05T08:00"))
    answer = shop.watcher().answer

    def picky(base, events):
        if "E1" in set(events["event_id"]):
            raise UsageError("no")
        return answer(base, events)

    watcher = Watcher(shop.data, shop.registry, picky, detected)
    assert [watcher.look().state for _ in range(2)] == ["failed", "proposed"]


def test_a_plan_that_has_ended_is_said_once(shop):
    tell(shop.data, selling(6))
    watcher = shop.watcher(detected)
    [(name, fault)] = watcher.look().faults
    assert name == shop.runs[0].record.run_id
    assert "the plan goes until 2026-01-10" in str(fault)
    assert watcher.look().faults == ()
