"""Means, intervals and paired differences, by hand."""

import pandas as pd
import pytest

from planner.value.simulate.statistics import cost_of_delay, differences, interval, results


def cells(*rows: tuple[str, int, int, float], trigger: str = "review") -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["policy", "delay", "replication", "total_cost"])
    return table.assign(trigger=trigger)


def test_an_interval_is_students() -> None:
    """1, 2, 3: mean 2, standard deviation 1, t(0.975; 2) = 4.303: 2 ± 4.303 ÷ √3 = 2 ± 2.484."""
    found = interval([1.0, 2.0, 3.0])
    assert found["mean"] == 2.0
    assert found["low"] == pytest.approx(2 - 2.484, abs=1e-3)
    assert found["high"] == pytest.approx(2 + 2.484, abs=1e-3)


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    assert interval([5.0]) == {"mean": 5.0, "low": None, "high": None}
    assert interval([float("nan")]) == {"mean": None, "low": None, "high": None}


def test_differences_are_paired_by_replication() -> None:
    """Costs swing by 100, the difference is always 10: the interval has no width."""
    table = cells(
        ("joint", 0, 0, 90.0), ("reorder", 0, 0, 100.0), ("joint", 0, 1, 190.0), ("reorder", 0, 1, 200.0)
    )
    (found,) = differences(table, "policy", ["joint", "reorder"])
    cost = found["metrics"]["total_cost"]
    assert (cost["mean"], cost["low"], cost["high"]) == (-10.0, -10.0, -10.0)
    assert cost["relative"] == pytest.approx(-10 / 150)


def test_replications_that_only_one_policy_has_are_left_out() -> None:
    table = cells(("joint", 0, 0, 90.0), ("reorder", 0, 0, 100.0), ("joint", 0, 1, 500.0))
    (found,) = differences(table, "policy", ["joint", "reorder"])
    assert found["metrics"]["total_cost"]["mean"] == -10.0


def test_delay_costs_what_it_costs_more_than_the_freshest_per_day() -> None:
    table = cells(
        ("joint", 0, 0, 100.0), ("joint", 3, 0, 130.0), ("joint", 0, 1, 100.0), ("joint", 3, 1, 136.0)
    )
    (found,) = cost_of_delay(table)
    assert found["extra"]["mean"] == 33.0
    assert found["per_day"]["mean"] == 11.0


def test_every_policy_and_delay_has_its_results() -> None:
    table = cells(("joint", 0, 0, 1.0), ("joint", 1, 0, 2.0), ("reorder", 0, 0, 3.0))
    assert [(one["policy"], one["delay"], one["replications"]) for one in results(table)] == [
        ("joint", 0, 1),
        ("joint", 1, 1),
        ("reorder", 0, 1),
    ]


def test_triggers_are_compared_as_policies_are_the_first_with_the_others() -> None:
    """Event saves 20 and 24 on weekly: 22 on average; policies are compared within a trigger."""
    table = pd.concat(
        [
            cells(("joint", 0, 0, 80.0), ("joint", 0, 1, 176.0), ("reorder", 0, 0, 90.0), trigger="event"),
            cells(("joint", 0, 0, 100.0), ("joint", 0, 1, 200.0), ("reorder", 0, 0, 95.0), trigger="weekly"),
        ],
        ignore_index=True,
    )
    joint, reorder = differences(table, "trigger", ["event", "weekly"])
    assert (joint["policy"], joint["trigger"], joint["baseline"], joint["delay"]) == (
        "joint",
        "event",
        "weekly",
        0,
    )
    assert joint["metrics"]["total_cost"]["mean"] == -22.0
    assert reorder["metrics"]["total_cost"]["mean"] == -5.0
    by_policy = differences(table, "policy", ["joint", "reorder"])
    assert [(one["trigger"], one["metrics"]["total_cost"]["mean"]) for one in by_policy] == [
        ("event", -10.0),
        ("weekly", 5.0),
    ]


def test_every_trigger_has_its_results_and_its_cost_of_delay() -> None:
    table = pd.concat(
        [
            cells(("joint", 0, 0, 100.0), ("joint", 2, 0, 110.0), trigger="event"),
            cells(("joint", 0, 0, 120.0), ("joint", 2, 0, 124.0), trigger="weekly"),
        ],
        ignore_index=True,
    )
    assert [(one["trigger"], one["delay"]) for one in results(table)] == [
        ("event", 0),
        ("event", 2),
        ("weekly", 0),
        ("weekly", 2),
    ]
    assert [(one["trigger"], one["per_day"]["mean"]) for one in cost_of_delay(table)] == [
        ("event", 5.0),
        ("weekly", 2.0),
    ]
