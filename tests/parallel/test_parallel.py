"""Pieces of work in other processes: what happens when one of them goes wrong."""

import pytest

from planner.errors import Unavailable
from planner.parallel import in_parallel
from tests.parallel.pieces import work


def never() -> bool:
    return False


def test_every_piece_has_its_result() -> None:
    assert sorted(in_parallel(work, [1, 2, 3], 2, never)) == [2, 4, 6]


def test_a_worker_that_dies_is_said_and_may_pass() -> None:
    with pytest.raises(Unavailable, match="maybe because there was not enough memory"):
        list(in_parallel(work, [-1], 1, never))


def test_a_piece_that_fails_asks_the_others_to_stop() -> None:
    with pytest.raises(ValueError, match="this piece fails"):
        list(in_parallel(work, [-4, -2, -4, 1], 2, never))


def test_an_interruption_lets_a_piece_finish_early_and_leaves_out_what_had_not_begun() -> None:
    assert list(in_parallel(work, [-4, 5, 6, 7, 8], 1, lambda: True)) in ([], [-8])


def test_a_second_interruption_ends_a_piece_without_a_result() -> None:
    assert list(in_parallel(work, [-3], 1, never)) == []
