"""Response times: from an event to the plan that answers it, as the ledger tells it."""

from pathlib import Path

import pandas as pd
import pytest

from planner.response.ledger import EventFact, Ledger
from planner.response.noted import event_facts, response_hours
from planner.response.targets import default_hours, target_of
from planner.response.times import Timeline, groups, timelines
from planner.tables.dataset import DataSet
from planner.tables.load import load
from tests.cli.calling import Call

SOURCE = "/data"


def at(hours: float) -> str:
    """So many hours after midnight of 2 March."""
    moment = pd.Timestamp("2026-03-02") + pd.Timedelta(hours=hours)
    return moment.isoformat(timespec="milliseconds") + "Z"


def run_id(number: int) -> str:
    return f"20260302T{number:06d}.000Z-abcde"


def event(name: str, hours: float = 0.0, *categories: str, target: float | None = None) -> EventFact:
    return EventFact(name, "demand_shift", at(hours), categories or ("grocery",), target)


class Story:
    """A ledger whose entries come at given hours."""

    def __init__(self, folder: Path) -> None:
        self.ledger, self.sources = Ledger(folder), dict[str, str]()

    def propose(self, hours: float, run: str, *events: EventFact, base: str = "") -> "Story":
        self.sources[run] = SOURCE
        self.ledger.append("proposed", actor="replan", run_id=run, at=at(hours), base=base, events=events)
        return self

    def sign(self, hours: float, run: str) -> "Story":
        self.ledger.append("approved", actor="Ann", run_id=run, at=at(hours), role="retail", content="")
        return self

    def publish(self, hours: float, run: str, source: str = SOURCE) -> "Story":
        self.ledger.append("published", actor="Ann", run_id=run, at=at(hours), source=source, content="")
        return self

    def told(self) -> dict[str, Timeline]:
        found = timelines(self.ledger.entries(), self.sources)
        return {one.event.event_id: one for one in found}


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_every_step_is_timed_from_the_event(story: Story) -> None:
    story.ledger.append("detected", actor="watch", at=at(1), source=SOURCE, events=[event("e")])
    story.propose(1.5, run_id(1), event("e")).sign(3, run_id(1)).sign(4, run_id(1)).publish(4.5, run_id(1))
    one = story.told()["e"]
    hours = [one.hours(stage) for stage in ("detected", "proposed", "approved", "published")]
    assert hours == [1.0, 1.5, 4.0, 4.5]
    assert (one.outcome, one.overdue(at(1000))) == ("published", 0.0)


def test_an_event_that_nobody_detected_before_it_was_planned_for_was_detected_then(story: Story) -> None:
    one = story.propose(2, run_id(1), event("e")).told()["e"]
    assert (one.hours("detected"), one.hours("proposed"), one.hours("published")) == (2.0, 2.0, None)
    assert one.outcome == "open"


def test_an_event_that_is_not_published_in_time_is_overdue(story: Story) -> None:
    story.propose(1, run_id(1), event("e", 0, target=5.0), event("f", 0, target=30.0))
    told = story.told()
    assert told["e"].overdue(at(12)) == 7.0
    assert told["e"].overdue(at(5)) == 0.0
    assert told["f"].overdue(at(12)) == 0.0
    story.sign(8, run_id(1)).publish(8, run_id(1))
    assert story.told()["e"].overdue(at(100)) == 3.0  # as late as it was


def test_the_first_plan_with_the_event_that_is_published_answers_it(story: Story) -> None:
    """Two proposals carry it, each with more; the second one is published, then a third."""
    one, two = event("one"), event("two", 3)
    story.propose(1, run_id(1), one).propose(4, run_id(2), one, two, base=run_id(1))
    story.publish(6, run_id(2)).propose(7, run_id(3), one, two, base=run_id(2)).publish(8, run_id(3))
    told = story.told()
    assert [told[name].hours("proposed") for name in ("one", "two")] == [1.0, 1.0]
    assert [told[name].hours("published") for name in ("one", "two")] == [6.0, 3.0]


def test_an_override_carries_the_events_of_its_base(story: Story) -> None:
    story.propose(1, run_id(1), event("e"))
    story.ledger.append("overridden", actor="Ann", run_id=run_id(2), at=at(2), base=run_id(1))
    assert story.publish(3, run_id(2)).told()["e"].hours("published") == 3.0


def test_a_rejected_proposal_is_decided_until_there_is_another(story: Story) -> None:
    story.propose(1, run_id(1), event("e", target=2.0))
    story.ledger.append("rejected", actor="Ann", run_id=run_id(1), at=at(2), role="retail", note="no")
    one = story.told()["e"]
    assert (one.outcome, one.overdue(at(50))) == ("rejected", 0.0)
    again = story.propose(3, run_id(2), event("e", target=2.0)).told()["e"]
    assert (again.outcome, again.overdue(at(50))) == ("open", 48.0)


def test_a_newer_plan_of_the_same_tables_answers_what_waits(story: Story) -> None:
    story.ledger.append("detected", actor="watch", at=at(0.5), source=SOURCE, events=[event("seen")])
    story.propose(1, run_id(10000), event("planned"))
    story.publish(2, run_id(20000), source="/other")
    assert {one.outcome for one in story.told().values()} == {"open"}
    story.publish(3, run_id(20000))
    assert {one.outcome for one in story.told().values()} == {"superseded"}


def test_an_older_plan_doesnt_answer_what_came_later(story: Story) -> None:
    story.ledger.append("detected", actor="watch", at=at(5), source=SOURCE, events=[event("seen")])
    story.publish(6, run_id(30000))  # made at 03:00
    assert story.told()["seen"].outcome == "open"


def test_percentiles_are_per_type_and_category(story: Story) -> None:
    """Of 0, 1, … 100 hours: half are below 50, 95 % below 95; 48 or less are in time, which are 49 of 101."""
    events = [event(f"e{n}", 0, "grocery", *(["fashion"] if n == 100 else [])) for n in range(101)]
    for number, one in enumerate(events):
        story.propose(number, run_id(number), one).publish(number, run_id(number))
    fashion, grocery = groups(story.told().values())
    assert grocery.percentiles("published") == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert (grocery.type, grocery.category, grocery.target) == (
        "demand_shift",
        "grocery",
        24.0,
    )  # the shortest
    assert grocery.in_time == pytest.approx(49 / 101)
    assert (fashion.category, len(fashion.timelines), fashion.target, fashion.in_time) == (
        "fashion",
        1,
        24.0,
        0.0,
    )


def test_targets_by_category() -> None:
    hours = {
        "Fashion": 24,
        "electronics": 24,
        "seasonal": 24,
        "grocery": 48,
        "consumables": 48,
        "durables": 168,
        "x": 48,
    }
    assert {name: default_hours(name) for name in hours} == hours
    assert target_of(event("e", 0, "durables", "fashion")) == 24
    assert target_of(event("e", 0, "durables")) == 168
    assert target_of(event("e", 0, "durables", target=12.0)) == 12
    assert target_of(EventFact("e", "demand_shift", at(0))) == 48


@pytest.fixture
def data(tiny: Path) -> DataSet:
    data = load(tiny)
    policies = pd.DataFrame(
        {"category": ["durables", ""], "location_id": ["", "NEAR"], "response_hours": [72.0, 12.0]}
    )
    return data.replace(policies=policies)


def test_policies_say_the_target_and_categories_where_they_dont(data: DataSet) -> None:
    hours = response_hours(data)
    assert hours.loc["rice"].to_dict() == {"MILL": 48, "DC": 48, "NEAR": 12, "FAR": 48}
    assert hours.loc["lamp"].to_dict() == {"MILL": 72, "DC": 72, "NEAR": 12, "FAR": 72}


def test_an_event_is_noted_with_what_it_touches(data: DataSet) -> None:
    rows = {
        "event_id": ["far", "lamps", "rice"],
        "at": pd.to_datetime(["2026-03-02T06:00:00.5", "2026-03-02", "2026-03-02"], format="ISO8601"),
        "type": ["demand_shift"] * 3,
        "item_id": ["lamp", "lamp", "rice"],
        "location_id": ["FAR", "", "NEAR"],
        "factor": [2.0, 2.0, 2.0],
    }
    events = data.replace(events=pd.DataFrame(rows))["events"]
    orders = pd.DataFrame(
        columns=["order_id", "item_id", "origin", "destination", "mode", "dispatch_date", "arrival_date"]
    )
    far, lamps, rice = event_facts(data, orders, events)
    assert far == EventFact("far", "demand_shift", "2026-03-02T06:00:00.500Z", ("durables",), 72.0)
    assert (lamps.categories, lamps.target_hours) == (("durables",), 12.0)
    assert (rice.categories, rice.target_hours) == (("grocery",), 12.0)


def test_the_command_says_what_is_late(call: Call, tmp_path: Path) -> None:
    assert call("response").out == "The ledger in runs names no event.\n"
    story = Story(Path("runs"))
    story.propose(1, run_id(1), event("e")).sign(3, run_id(1)).publish(4, run_id(1)).propose(
        5, run_id(2), event("late", 2)
    )
    said = call("response")
    assert said.code == 0
    [row] = [line.split() for line in said.out.splitlines() if line.startswith("demand_shift")]
    assert row == ["demand_shift", "grocery", "2", "1", "4.00", "4.00", "4.00", "48", "100", "%"]
    assert "late (demand_shift)" in said.out
    assert f"beyond 48 h: proposed in {run_id(2)}" in said.out
    document = call("response", "--json").document
    assert document["overdue"] == ["late"]
    assert document["groups"][0]["hours"]["approved"] == {"p50": 3.0, "p95": 3.0, "p99": 3.0}
    assert [one["outcome"] for one in document["events"]] == ["published", "open"]
