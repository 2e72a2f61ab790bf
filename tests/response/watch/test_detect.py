"""What the watcher finds in fresh tables that nobody has told it."""

import json
from itertools import islice

import pandas as pd

from planner.errors import UsageError
from planner.response.events import stored
from planner.response.ledger import events_of
from planner.response.watch.detect import detected
from planner.response.watch.pace import Pace
from planner.verbs.check import check
from planner.verbs.watch import Watcher, document, watch
from tests.audit.world import day
from tests.response.watch.conftest import fuel
from tests.response.watch.selling import HORIZON, ITEMS, selling, tell, without_stock


def actions(run):
    return json.loads((run.folder / "actions.json").read_text())


def test_where_sales_are_as_expected_nothing_is_proposed(shop):
    seen = []

    def find(data, run):
        seen.append(data)
        return detected(data, run)

    watcher = shop.watcher(find)
    assert [watcher.look().state for _ in range(2)] == ["nothing", "nothing"]
    shop.allow(1)  # who signs is no part of the tables
    assert watcher.look().state == "nothing"
    assert len(seen) == 1
    assert (len(shop.runs), shop.kinds()) == (1, [])


def test_sales_that_shift_lead_to_one_proposal(shop):
    tell(shop.data, selling(A=3.0))
    seen = []

    def find(data, run):
        seen.append((data.content_hash, run.record.run_id))
        return detected(data, run)

    watcher = shop.watcher(find)
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
    assert len(seen) == 1
    assert (len(shop.runs), shop.kinds()) == (2, ["detected", "proposed", "detected"])
    told, proposed, noted = shop.ledger.entries()
    assert [one.event_id for one in events_of(told)] == [one.event_id for one in events_of(proposed)]
    assert noted.run_id == look.base.record.run_id
    [fact] = noted.facts["exceptions"]
    assert [fact] == [{name: one[name] for name in fact} for one in document([look], 1.0)["exceptions"]]
    assert (fact["exception_id"], fact["says"]) == (issue.id, issue.says)
    tell(shop.data, selling(1, days=8, A=3.0))  # the next day; the event holds
    tomorrow = watcher.look()
    assert (tomorrow.base.record.run_id, tomorrow.events) == (look.run.record.run_id, ())
    assert fact["deadline"] == str(issue.deadline)


def test_who_does_not_look_finds_nothing(shop):
    tell(shop.data, selling(A=3.0))
    assert shop.watcher().look().state == "nothing"


def test_a_look_that_was_killed_is_done_again_as_it_was(shop, killed):
    tell(shop.data, selling(A=3.0))
    for before, runs in (("detected", 1), ("proposed", 2)):
        killed(shop.watcher(detected), before)
        assert len(shop.runs) == runs
    looks = [shop.watcher(detected).look() for _ in range(2)]
    assert {one.state for one in looks} <= {"found", "nothing"}
    assert len(shop.runs) == 2
    said = [entry.kind for entry in shop.ledger.entries() for _ in events_of(entry)]
    assert said == ["detected", "proposed"]


def test_a_shift_that_was_rejected_is_not_proposed_again_from_the_same_first_day(shop):
    tell(shop.data, selling(A=3.0))
    watcher = shop.watcher(detected)
    shop.end(watcher.look().run)
    assert [watcher.look().state, shop.watcher(detected).look().state] == ["nothing", "nothing"]
    assert len(shop.runs) == 2


def test_a_shift_that_the_forecast_knows_and_the_plan_does_not_leads_to_a_plan_without_changed_tables(shop):
    shop.drop("fuel", fuel("E1", at="2026-01-05T08:00"))
    shop.watcher().look()
    world = selling(A=3.0)
    for item in ITEMS:
        world.demand("X", [30.0 if item == "A" else 10.0] * HORIZON, item=item)
    tell(shop.data, world)
    look = shop.watcher(detected).look()
    assert look.state == "proposed"
    assert stored(look.run.folder).set_index("event_id")["factor"].to_dict() == {
        look.events[0]: 1.0,
        "E1": 1.2,
    }
    [(_, sentence)] = actions(look.run)["events"].items()
    assert "A at X is planned again: it touches 1 stock point" in sentence
    assert actions(look.run)["saved"] > 0
    assert check(look.run.record.run_id, shop.registry).confirmed
    assert shop.watcher(detected).look().state == "nothing"


def test_what_is_no_shift_of_demand_is_planned_again_too(shop):
    tell(shop.data, without_stock())
    look = shop.watcher(detected).look()
    [issue] = look.exceptions
    assert (look.state, issue.kind, issue.items, issue.locations) == (
        "proposed",
        "low_service",
        ("A",),
        ("X",),
    )
    assert issue.recoverable > 0
    [event] = stored(look.run.folder).to_dict("records")
    assert (event["event_id"],) == look.events == (f"{issue.id}-1-2026-01-05",)
    assert (event["type"], event["factor"]) == ("demand_shift", 1.0)
    assert (event["item_id"], event["location_id"]) == ("A", "X")
    assert actions(look.run)["saved"] >= issue.recoverable - 0.01
    assert check(look.run.record.run_id, shop.registry).confirmed
    again = [shop.watcher(detected).look() for _ in range(2)]
    assert {one.state for one in again} <= {"found", "nothing"}
    assert len(shop.runs) == 2


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
    asked = []

    def nobody(_base, events):
        asked.append(list(events["type"]))
        raise UsageError("no")

    watcher = Watcher(shop.data, shop.registry, nobody, detected)
    assert [watcher.look().state for _ in range(3)] == ["failed", "failed", "nothing"]
    assert asked == [["tariff_change"], ["demand_shift"]]


def test_a_plan_that_has_ended_is_said_once(shop):
    tell(shop.data, selling(6))
    watcher = shop.watcher(detected)
    [(name, fault)] = watcher.look().faults
    assert name == shop.runs[0].record.run_id
    assert "the plan goes until 2026-01-10" in str(fault)
    assert watcher.look().faults == ()
