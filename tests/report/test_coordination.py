"""What the report says joint planning is worth; on plans that are really made and judged, and on plain numbers."""

from pathlib import Path

import pandas as pd
import pytest

from planner.audit import evaluate
from planner.plan.causes import CAUSES
from planner.plan.plan import ORDER_COLUMNS, Plan
from planner.plan.run import Run
from planner.report.coordination import Coordination, conclude, places, rivals
from planner.report.material import gather
from planner.report.sections.coordination import coordination, steps
from planner.tables.dataset import DataSet
from tests.report.made import in_sequence, joint, keep, with_freight_times

FREE = dict.fromkeys(CAUSES, 0.0)


def test_joint_planning_saves_freight_and_pays_with_lost_sales(
    tiny: DataSet, best: Run, sequential: Run
) -> None:
    value = conclude(gather([best, sequential], tiny))
    assert value is not None
    # data/tiny/README.md: the optimum costs 90.55. In sequence a second truck brings more at 20, and the five rice that
    # joint planning loses on day 2 (5 of margin) are sold.
    assert value.saved == pytest.approx(106.90 - 90.55)
    assert value.changes == pytest.approx(
        {"freight": -20.0, "holding": -1.05, "lost_sales": 5.0, "handling": -0.3}
    )
    assert value.sentence == (
        "Joint planning saves 16.4 EUR (15.29\u00a0%) against planning in sequence: 20.0 less freight and 1.05 less "
        "holding stock, for 5.00 more lost sales."
    )


def test_the_changes_add_up_to_what_is_saved(tiny: DataSet, best: Run, sequential: Run) -> None:
    material = gather([best, sequential], tiny)
    value = conclude(material)
    assert value is not None
    assert sum(value.changes.values()) == pytest.approx(-value.saved)
    assert sum(steps(value).values()) == pytest.approx(-value.saved)
    for by in ("location_id", "category"):
        table = places(material, by)
        assert table is not None
        assert table["difference"].sum() == pytest.approx(-value.saved)


def test_the_report_says_where_joint_planning_is_not_worth_it(
    tiny: DataSet, best: Run, sequential: Run
) -> None:
    section = coordination(gather([best, sequential], tiny))
    assert section is not None
    assert section.sentences[1:] == (
        "Where it is not worth it: joint planning costs more in lost sales (+5.00).",
        "Seen alone, 1 of 3 locations costs more with joint planning: DC (+2.70).",
        "Seen alone, 1 of 3 categories costs more with joint planning: durables (+1.63).",
    )
    assert [chart.id.removeprefix("chart-coordination") for chart in section.charts] == [
        "",
        "-location",
        "-category",
    ]


def test_without_the_tables_the_causes_are_still_there(best: Run, sequential: Run) -> None:
    section = coordination(gather([best, sequential]))
    assert section is not None
    assert [chart.id for chart in section.charts] == ["chart-coordination"]


def test_with_negligible_freight_the_value_of_coordination_is_nearly_gone_and_the_report_says_so(
    tiny: DataSet, tmp_path: Path
) -> None:
    cheap = with_freight_times(tiny, 1e-4)
    value = conclude(
        gather([keep(cheap, plan, tmp_path) for plan in (joint(cheap), in_sequence(cheap))], cheap)
    )
    assert value is not None
    # 0.20 of 16.35 are left: one order line less to handle at the DC, whose handling stores don't look at
    assert value.saved == pytest.approx(0.20)
    assert value.changes["handling"] == pytest.approx(-0.20)
    assert value.sentence.endswith(
        "Freight and CO₂ are only 0.1\u00a0% of cost: there is little to coordinate."
    )


def said(before: float, after: float, bound: float) -> str:
    """The conclusion for plans that cost freight alone."""
    return Coordination(
        "reorder levels", "EUR", FREE | {"freight": before}, FREE | {"freight": after}, bound
    ).sentence


def test_a_joint_plan_that_costs_more_is_called_so() -> None:
    # 100 against 110; no plan costs less than 95: at most 5 could be saved, and 15 of 110 are open
    assert said(100.0, 110.0, 95.0) == (
        "This joint plan is not worth it: the other plan (reorder levels) costs 10.0 EUR (10.00\u00a0%) less. "
        "It could have been that plan, too, so it was ended too early: 13.64\u00a0% are open. "
        "No plan could save more than 5.00 EUR against it."
    )


def test_a_difference_that_nobody_would_notice_is_about_nothing() -> None:
    # 0.2 of 100, proven: 0.1 is open
    assert said(100.0, 99.8, 99.7) == (
        "Joint planning is worth about nothing here: against reorder levels it changes cost by 0.20 EUR (0.20\u00a0%). "
        "No plan could save more than 0.30 EUR against it."
    )


def test_a_difference_that_the_gap_is_larger_than_is_not_called_proven() -> None:
    # saves 1 of 100, and 3 are open
    assert "not proven to be a difference at all" in said(100.0, 99.0, 96.0)
    # saves 2 of 100, and 3 are open: it saves, but how much joint planning is worth isn't certain
    assert "how much it is worth is not certain" in said(100.0, 98.0, 95.0)
    # saves 2 of 100, and 1 is open
    assert "certain" not in said(100.0, 98.0, 97.0)


def test_without_another_policy_there_is_nothing_to_conclude(tiny: DataSet, best: Run) -> None:
    assert coordination(gather([best], tiny)) is None


def test_the_better_of_two_other_policies_counts(
    tiny: DataSet, best: Run, sequential: Run, tmp_path: Path
) -> None:
    nothing = pd.DataFrame(columns=list(ORDER_COLUMNS))
    found = evaluate(tiny, nothing)
    certificate = {"cost": found.total, "bound": 0.0, "gap": 1.0, "policy": "reorder"}
    idle = keep(tiny, Plan(nothing, found.loads, found.inventory, found.kpis, certificate), tmp_path)
    assert found.total > sequential.plan.cost  # 178.50 against 106.90
    assert rivals(gather([best, idle, sequential], tiny)) == (best, sequential)
