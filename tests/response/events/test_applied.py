"""What holds for every type: nothing is changed in place, opposites take back, the result is valid, order is by time."""

from random import Random

import pandas as pd
import pytest

from planner.compile.problem import compile_problem
from planner.response.events import applied
from planner.tables.revise import FIRST_ROW, revise
from planner.tables.schema import EVENT_TYPES, TABLES
from tests.response.events.drawn import OPPOSITES, draw
from tests.response.events.shop import events, shop
from tests.seeds import seeds

SEEDS = seeds(40)


def test_no_event_changes_nothing():
    data = shop()
    assert applied(data, events()) is data


def test_an_opposite_is_drawn_for_every_type_that_has_one():
    assert set(OPPOSITES) == set(EVENT_TYPES) - {"order_confirmed"}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_event_and_its_opposite_leave_the_tables_as_they_were(seed):
    random = Random(seed)
    data = shop()
    told = [event for number in range(random.randint(1, 4)) for event in draw(random, number)]
    random.shuffle(told)
    after = applied(data, events(*told))
    for name in TABLES:
        key = list(TABLES[name].key or TABLES[name].names)
        frames = [tables[name].sort_values(key, ignore_index=True) for tables in (data, after)]
        pd.testing.assert_frame_equal(*frames, check_exact=name != "inventory")


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_after_events_are_valid_and_can_be_planned(seed):
    random = Random(1000 + seed)
    data = shop()
    copy = {name: frame.copy() for name, frame in data.tables.items()}
    after = applied(data, events(*(draw(random, number)[0] for number in range(5))))
    for name, frame in copy.items():
        pd.testing.assert_frame_equal(frame, data[name])
    frames = {
        name: frame.set_axis(pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(frame)))
        for name, frame in after.tables.items()
        if frame is not data[name]
    }
    report = revise(data, frames, {})
    assert not report.errors, report.text()
    assert report.data is not None
    assert report.data.content_hash == after.content_hash
    compile_problem(after)


@pytest.mark.parametrize("seed", range(10))
def test_events_are_applied_in_the_order_of_time_however_they_come(seed):
    random = Random(2000 + seed)
    told = events(*(draw(random, number)[0] for number in range(6)))
    one = applied(shop(), told)
    assert applied(shop(), told.sample(frac=1, random_state=seed)).content_hash == one.content_hash
