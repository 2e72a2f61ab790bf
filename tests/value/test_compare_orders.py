"""Orders of two plans are matched: the same, other quantity, moved day, moved mode, new and gone."""

import numpy as np
import pandas as pd
import pytest

from planner.plan.plan import ORDER_COLUMNS
from planner.value.compare.orders import CHANGES, COLUMNS, changed_orders, counts
from tests.value.plans import MONDAY, Line, orders


def said(before: list[Line], after: list[Line]) -> list[str]:
    """Each change in a word or two: `milk van 0 10 → van 1 10: moved day`."""
    lines = []
    for row in changed_orders(orders(*before), orders(*after)).itertuples():
        sides = []
        for mode, day, quantity in (
            (row.mode_before, row.dispatch_before, row.quantity_before),
            (row.mode_after, row.dispatch_after, row.quantity_after),
        ):
            sides.append("–" if pd.isna(mode) else f"{mode} {(day - MONDAY).days} {quantity:g}")
        lines.append(f"{row.item_id} {' → '.join(sides)}: {row.change}")
    return lines


def test_the_same_orders_have_no_difference() -> None:
    lines: list[Line] = [("milk", "van", 0, 10), ("milk", "van", 1, 10), ("milk", "truck", 0, 10)]
    assert said(lines, lines[::-1]) == []
    assert said([], []) == []


def test_the_same_mode_and_day_with_another_quantity_is_a_quantity() -> None:
    assert said([("milk", "van", 0, 10), ("tea", "van", 0, 5)], [("milk", "van", 0, 12), ("tea", "van", 0, 5)]) == [
        "milk van 0 10 → van 0 12: quantity"
    ]  # fmt: skip


def test_the_same_mode_on_another_day_is_moved_nearest_days_first() -> None:
    # 4 → 5 is one day apart; what is left of them, 0 → 2, two
    assert said(
        [("milk", "van", 0, 10), ("milk", "van", 4, 10)], [("milk", "van", 2, 9), ("milk", "van", 5, 10)]
    ) == [
        "milk van 0 10 → van 2 9: moved day",
        "milk van 4 10 → van 5 10: moved day",
    ]


def test_a_tie_of_days_goes_to_the_earlier_order() -> None:
    assert said([("milk", "van", 2, 1)], [("milk", "van", 1, 1), ("milk", "van", 3, 1)]) == [
        "milk van 2 1 → van 1 1: moved day",
        "milk – → van 3 1: new",
    ]


def test_the_same_day_by_another_mode_is_moved_nearest_quantities_first() -> None:
    # the van's 10 is nearer to the truck's 11 than to the 3 by rail
    assert said([("milk", "van", 0, 10)], [("milk", "rail", 0, 3), ("milk", "truck", 0, 11)]) == [
        "milk van 0 10 → truck 0 11: moved mode",
        "milk – → rail 0 3: new",
    ]


def test_the_same_mode_on_another_day_comes_before_the_same_day_by_another_mode() -> None:
    assert said([("milk", "van", 0, 10)], [("milk", "van", 6, 10), ("milk", "truck", 0, 10)]) == [
        "milk van 0 10 → van 6 10: moved day",
        "milk – → truck 0 10: new",
    ]


def test_another_mode_on_another_day_is_moved_both() -> None:
    assert said([("milk", "van", 0, 10)], [("milk", "truck", 1, 10)]) == [
        "milk van 0 10 → truck 1 10: moved both"
    ]


def test_what_has_no_partner_is_new_or_gone() -> None:
    assert said([("milk", "van", 0, 10)], [("tea", "van", 0, 10)]) == [
        "milk van 0 10 → –: gone",
        "tea – → van 0 10: new",
    ]


def test_another_destination_is_another_order() -> None:
    found = changed_orders(
        orders(("milk", "van", 0, 10)), orders(("milk", "van", 0, 10), destination="other")
    )
    assert counts(found) == dict.fromkeys(CHANGES, 0) | {"new": 1, "gone": 1}


def test_lines_of_one_item_mode_and_day_count_together() -> None:
    assert said([("milk", "van", 0, 4), ("milk", "van", 0, 6)], [("milk", "van", 0, 10)]) == []


def test_frames_keep_their_columns_whatever_is_in_them() -> None:
    untyped = pd.DataFrame(columns=list(ORDER_COLUMNS))
    assert counts(changed_orders(untyped, orders(("milk", "van", 0, 1.0))))["new"] == 1
    for before, after in (([], []), ([("milk", "van", 0, 1.0)], []), ([], [("milk", "van", 0, 1.0)])):
        found = changed_orders(orders(*before), orders(*after))
        assert tuple(found.columns) == COLUMNS
        assert found["dispatch_before"].dtype.kind == found["dispatch_after"].dtype.kind == "M"


@pytest.mark.parametrize("seed", range(5))
def test_every_order_is_in_one_change_or_the_same_in_both(seed: int) -> None:
    random = np.random.default_rng(seed)

    def some() -> list[Line]:
        keys = {
            (f"i{random.integers(5)}", str(random.choice(["van", "truck"])), int(random.integers(14)))
            for _ in range(80)
        }
        return [(item, mode, day, float(random.integers(1, 4))) for item, mode, day in sorted(keys)]

    before, after = some(), some()
    found, same = changed_orders(orders(*before), orders(*after)), len(set(before) & set(after))
    assert found["quantity_before"].notna().sum() + same == len(before)
    assert found["quantity_after"].notna().sum() + same == len(after)
    assert found["quantity_before"].sum() - found["quantity_after"].sum() == pytest.approx(
        sum(line[3] for line in before) - sum(line[3] for line in after)
    )
    # nobody is left who could have been matched
    left = found[found["change"].isin(["new", "gone"])].groupby("item_id")["change"].nunique()
    assert (left <= 1).all()
    assert (found["mode_before"] == found["mode_after"])[found["change"] == "moved day"].all()


@pytest.mark.parametrize("seed", range(5))
def test_rounds_give_the_pairs_that_one_after_the_other_gives(seed: int) -> None:
    random = np.random.default_rng(seed)
    before = sorted(random.choice(30, 8, replace=False).tolist())
    after = sorted(set(random.choice(30, 14, replace=False).tolist()) - set(before))
    pairs, left, right = [], list(before), list(after)
    while left and right:
        _, day, other = min((abs(a - b), a, b) for a in left for b in right)
        pairs.append((day, other))
        left.remove(day)
        right.remove(other)
    found = changed_orders(
        orders(*(("i", "van", day, 1.0) for day in before)),
        orders(*(("i", "van", day, 1.0) for day in after)),
    )
    moved = found[found["change"] == "moved day"]
    days = [
        ((row.dispatch_before - MONDAY).days, (row.dispatch_after - MONDAY).days)
        for row in moved.itertuples()
    ]
    assert sorted(days) == sorted(pairs)
