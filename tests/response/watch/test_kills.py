"""SIGKILL while watching: no published plan is lost, none is half-written, the ledger is whole, and the next call goes on."""

from random import Random

import pytest

from benchmarks.kills import Siege


@pytest.mark.slow
def test_a_watcher_that_is_killed_five_times_loses_nothing_and_does_nothing_twice(place):
    siege = Siege(place.data, place.folder / "runs", Random(1))
    siege.go(5)
    assert min(siege.kills.values()) > 0
    assert len(siege.kills) == 3
    assert len(place.runs) > 2
