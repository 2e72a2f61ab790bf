"""One life cycle for every run."""

import itertools

import pytest

from planner.plan.lifecycle import FINAL, NEXT, STATUSES, WITH_PLAN, require_step
from planner.plan.record import RunRecord


def test_every_status_can_be_reached_and_every_path_ends() -> None:
    reached, edge = set(), {"created"}
    while edge:
        reached |= edge
        edge = set(itertools.chain.from_iterable(NEXT[status] for status in edge)) - reached  # type: ignore[index]
    assert reached == set(STATUSES)
    assert {"completed", "incomplete", "failed", "cancelled", "invalid"} == FINAL
    assert WITH_PLAN < FINAL


def test_a_final_status_stays() -> None:
    with pytest.raises(ValueError, match="completed can't become solving; possible: nothing, it is final"):
        require_step("completed", "solving")


def test_a_step_is_stamped_and_leaves_the_record_before_it_alone(record: RunRecord) -> None:
    after = record.step("completed", cost=1.0)
    assert (record.status, record.cost) == ("solving", None)
    assert (after.status, after.cost) == ("completed", 1.0)
    assert list(after.stamps) == ["created", "validated", "solving", "completed"]
    assert list(after.stamps.values()) == sorted(after.stamps.values())


def test_a_run_is_not_solved_before_it_is_validated(record: RunRecord) -> None:
    with pytest.raises(ValueError, match="created can't become solving"):
        record.model_copy(update={"status": "created"}).step("solving")
