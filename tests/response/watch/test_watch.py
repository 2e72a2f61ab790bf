"""What a look at the tables leads to; nothing is lost or done twice, whenever the watcher begins anew."""

import json
import os

import pandas as pd
import pytest

from planner.errors import InvalidData, NothingToDo, UsageError
from planner.response.events import stored
from planner.verbs.check import check
from planner.verbs.watch import Watcher, once, replanned
from tests.response.watch.conftest import fuel


def test_without_events_there_is_nothing_to_do(place):
    assert place.watcher().look().state == "nothing"
    assert place.kinds() == []
    with pytest.raises(NothingToDo, match="no events that the plan doesn't have"):
        once(place.watcher())


def test_an_event_in_a_file_leads_to_a_proposal_once(place):
    place.drop("fuel", fuel("E1"))
    look = place.watcher().look()
    assert (look.state, look.events) == ("proposed", ("E1",))
    assert look.run.record.base == place.runs[0].record.run_id
    assert place.kinds() == ["detected", "proposed"]
    assert check(look.run.record.run_id, place.registry).confirmed
    for watcher in (place.watcher(), place.watcher()):
        assert watcher.look().state == "nothing"
    assert len(place.runs) == 2
    assert place.kinds() == ["detected", "proposed"]


def test_an_event_in_the_table_leads_to_a_proposal(place):
    pd.DataFrame([fuel("E1")]).to_csv(place.data / "events.csv", index=False)
    assert place.watcher().look().state == "proposed"
    assert place.watcher().look().state == "nothing"


def test_later_events_change_the_proposal_that_is_open(place):
    place.drop("fuel", fuel("E1"))
    first = place.watcher().look().run
    place.drop("more", fuel("E2", 1.1, at="2026-03-02T09:00"))
    second = place.watcher().look()
    assert (second.base.record.run_id, second.events) == (first.record.run_id, ("E2",))
    assert stored(second.run.folder)["event_id"].tolist() == ["E1", "E2"]


def test_what_was_rejected_is_not_proposed_again_but_its_events_are_in_the_next_proposal(place):
    place.drop("fuel", fuel("E1"))
    first = place.watcher().look().run
    place.end(first)
    look = place.watcher().look()
    assert (look.state, look.run.record.run_id, look.events) == ("nothing", first.record.run_id, ("E1",))
    with pytest.raises(NothingToDo, match=f"{first.record.run_id} has answered them"):
        once(place.watcher())
    place.drop("more", fuel("E2", 1.1))
    second = place.watcher().look()
    assert (second.state, second.base.record.run_id) == ("proposed", place.runs[0].record.run_id)
    assert stored(second.run.folder)["event_id"].tolist() == ["E1", "E2"]


def test_the_published_plan_is_the_base_and_a_newer_one_takes_its_place(place):
    place.sign(place.runs[0])
    place.drop("fuel", fuel("E1"))
    proposal = place.watcher().look().run
    place.sign(proposal)
    place.drop("more", fuel("E2", 1.1))
    second = place.watcher().look()
    assert second.base.record.run_id == proposal.record.run_id


def test_a_proposal_of_somebody_else_is_an_answer_but_no_base(place):
    place.drop("fuel", fuel("E1"))
    base = place.runs[0]
    somebody = place.watcher().look().run
    path = place.ledger.path
    assert path.exists()
    for file in path.parent.glob("ledger.*"):
        file.unlink()
    place.ledger.append("proposed", actor="Ann", run_id=somebody.record.run_id, base=base.record.run_id)
    assert place.watcher().look().state == "nothing"
    place.drop("more", fuel("E2", 1.1))
    second = place.watcher().look()
    assert second.base.record.run_id == base.record.run_id
    assert stored(second.run.folder)["event_id"].tolist() == ["E1", "E2"]


def test_tables_that_are_being_written_are_waited_for(place):
    path = place.data / "items.csv"
    whole_file = path.read_text()
    place.drop("fuel", fuel("E1"))
    path.write_text(whole_file[: len(whole_file) // 2])
    watcher = place.watcher()
    look = watcher.look()
    assert look.state == "waiting"
    assert isinstance(look.faults[0][1], InvalidData)
    assert place.kinds() == []
    with pytest.raises(InvalidData):
        once(place.watcher())
    path.write_text(whole_file)
    assert watcher.look().state == "proposed"


def test_a_file_that_can_not_be_used_keeps_nobody_from_the_others(place):
    place.drop("a", fuel("E1"), fuel("E2", mode="bycicle"))
    place.drop("b", fuel("E3"))
    (place.data / "events" / "c.csv").write_text("event_id,at,ty")
    look = place.watcher().look()
    assert (look.state, look.events) == ("proposed", ("E3",))
    assert [where for where, _ in look.faults] == ["a.json", "c.csv"]
    place.drop("a", fuel("E1"), fuel("E2", mode="van"))
    assert place.watcher().look().events == ("E1", "E2")


def test_the_same_event_in_two_files_counts_once(place):
    place.drop("a", fuel("E1"))
    place.drop("b", fuel("E1"))
    assert place.watcher().look().events == ("E1",)


def test_events_that_touch_no_day_of_the_plan_are_left_alone(place):
    place.drop("old", fuel("E1", date_from="2026-01-01", date_to="2026-01-31"))
    place.drop("later", fuel("E2", at="2026-05-01T08:00"))
    assert place.watcher().look().state == "nothing"
    assert len(place.runs) == 1


def test_no_plan_to_change(place, tmp_path):
    place.drop("fuel", fuel("E1"))
    nowhere = type(place.registry)(tmp_path / "nothing")
    watcher = Watcher(place.data, nowhere, replanned(place.data, nowhere))
    assert watcher.look().state == "no_plan"
    with pytest.raises(UsageError, match="`planner solve"):
        once(watcher)


def test_events_without_an_answer_are_said_and_asked_once(place):
    asked = []

    def nobody(base, events):
        asked.append(base)
        raise UsageError("no")

    place.drop("fuel", fuel("E1"))
    watcher = Watcher(place.data, place.registry, nobody)
    assert [watcher.look().state for _ in range(3)] == ["failed", "nothing", "nothing"]
    assert len(asked) == 1


@pytest.mark.parametrize(("money", "state"), [(1000.0, "published"), (0.01, "proposed")])
def test_the_policy_may_let_it_publish_up_to_an_amount(place, money, state):
    place.sign(place.runs[0])
    place.allow(money)
    place.drop("fuel", fuel("E1"))
    look = place.watcher().look()
    assert look.state == state
    assert ("published" in place.kinds()[3:]) == (state == "published")
    if state == "published":
        assert place.ledger.entries()[-1].actor == "watch"
        assert place.watcher().look().state == "nothing"


def test_without_such_a_policy_nothing_is_published(place):
    place.sign(place.runs[0])
    place.drop("fuel", fuel("E1", 1.0001))
    assert place.watcher().look().state == "proposed"


def test_a_run_that_was_made_and_not_noted_is_noted_by_the_next_look(place, killed):
    place.drop("fuel", fuel("E1"))
    killed(place.watcher())
    assert (len(place.runs), place.kinds()) == (2, ["detected"])
    assert place.watcher().look().state == "nothing"
    assert (len(place.runs), place.kinds()) == (2, ["detected", "proposed"])


def test_a_run_that_was_not_noted_is_the_base_of_what_comes_next(place, killed):
    place.drop("fuel", fuel("E1"))
    killed(place.watcher())
    place.drop("more", fuel("E2", 1.1))
    look = place.watcher().look()
    assert (look.base.record.run_id, look.events) == (place.runs[1].record.run_id, ("E2",))
    assert place.kinds() == ["detected", "proposed", "detected", "proposed"]


def test_a_run_that_is_just_being_noted_by_another_process_is_left_alone(place, killed):
    place.drop("fuel", fuel("E1"))
    killed(place.watcher())
    record = place.runs[1].folder / "run.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"process": os.getppid()}))
    place.watcher().look()
    assert place.kinds() == ["detected"]
    assert len(place.runs) == 2


def test_a_proposal_that_was_noted_and_not_published_is_published_by_the_next_look(place):
    place.sign(place.runs[0])
    place.drop("fuel", fuel("E1"))
    proposal = place.watcher().look()
    assert proposal.state == "proposed"
    place.allow(1000)
    look = place.watcher().look()
    assert (look.state, look.run.record.run_id) == ("published", proposal.run.record.run_id)
