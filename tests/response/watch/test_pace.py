"""When the watcher looks."""

import os
import time

import pytest

from planner.errors import UsageError
from planner.response.watch.alone import alone
from planner.response.watch.folder import dropped, fingerprint
from planner.response.watch.pace import SETTLED, Pace, seconds, settled


@pytest.fixture
def data(tmp_path):
    (tmp_path / "events").mkdir()
    path = tmp_path / "items.csv"
    path.write_text("item_id\n")
    os.utime(path, (1, 1))
    return tmp_path


@pytest.mark.parametrize(("text", "value"), [("90", 90), ("30s", 30), ("5m", 300), ("1.5 h", 5400)])
def test_times(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "0", "5 days", "-1", "m"])
def test_what_is_no_time(text):
    with pytest.raises(UsageError, match="not a time"):
        seconds(text)


def test_files_that_are_being_written_under_another_name_do_not_matter(data):
    before = fingerprint(data)
    (data / ".items.csv.part").write_text("x")
    (data / "events" / ".a.json").write_text("[]")
    (data / "events" / "notes.txt").write_text("x")
    assert dropped(data) == []
    assert len(fingerprint(data)) == len(before) + 1  # the notes
    (data / "events" / "a.json").write_text("[]")
    assert [path.name for path in dropped(data)] == ["a.json"]


def test_the_first_look_is_at_once_and_the_next_after_the_time(data):
    pace = Pace(data, 0.5, on_change=False)
    began = time.monotonic()
    assert pace.wait()
    assert time.monotonic() - began < 0.4
    assert pace.wait()
    assert time.monotonic() - began >= 0.5


def test_on_change_it_looks_when_something_has_changed_and_is_settled(data):
    stops = iter([False] * 12 + [True] * 99)
    pace = Pace(data, None, on_change=True, stop=lambda: next(stops))
    assert pace.wait()
    assert not pace.wait()  # nothing has changed until it was stopped
    pace = Pace(data, None, on_change=True)
    assert pace.wait()
    (data / "items.csv").write_text("item_id\nA\n")
    changed = time.time()
    assert pace.wait()
    assert time.time() - changed >= SETTLED - 0.3


def test_a_file_that_still_grows_is_not_settled(data):
    (data / "items.csv").write_text("x")
    stops = iter([False, False, True])

    def grow():
        with (data / "items.csv").open("a") as file:
            file.write("x")
        return next(stops)

    assert settled(data, grow) is None


def test_files_from_the_future_are_not_waited_for(data):
    os.utime(data / "items.csv", (time.time() + 3600,) * 2)
    began = time.monotonic()
    assert settled(data) is not None
    assert time.monotonic() - began < SETTLED


def test_there_is_one_watcher_for_the_tables_of_a_folder(tmp_path, data):
    with alone(tmp_path / "runs", data):
        with pytest.raises(UsageError, match="another planner watch"), alone(tmp_path / "runs", data):
            pass
        with alone(tmp_path / "runs", data / "events"):
            pass
    with alone(tmp_path / "runs", data):
        pass
