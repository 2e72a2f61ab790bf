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
from tests.report.made import blind_to_freight, joint, keep, with_freight_times

FREE = dict.fromkeys(CAUSES, 0.0)


def test_joint_planning_saves_freight_and_pays_with_stock_and_lost_sales(
    tiny: DataSet, best: Run, blind: Run
) -> None:
    value = conclude(gather([best, blind], tiny))
    assert value is not None
    # data/tiny/README.md: the optimum costs 90.55. Without a look at freight 172 of freight are paid instead of 66,
    # but no lamp is late (5 of margin), and less is kept in stock.
    assert value.saved == pytest.approx(188.55 - 90.55)
    assert value.changes["freight"] == pytest.approx(-106.0)
    assert value.changes["lost_sales"] == pytest.approx(5.0)
    assert value.sentence == (
        "Joint planning saves 98.0 EUR (51.98\u00a0%) against planning in sequence: 106 less freight, "
        "for 5.00 more lost sales and 4.10 more holding stock."
    )


def test_the_changes_add_up_to_what_is_saved(tiny: DataSet, best: Run, blind: Run) -> None:
    material = gather([best, blind], tiny)
    value = conclude(material)
    assert value is not None
    assert sum(value.changes.values()) == pytest.approx(-value.saved)
    assert sum(steps(value).values()) == pytest.approx(-value.saved)
    for by in ("location_id", "category"):
        table = places(material, by)
        assert table is not None
        assert table["difference"].sum() == pytest.approx(-value.saved)


def test_the_report_says_where_joint_planning_is_not_worth_it(tiny: DataSet, best: Run, blind: Run) -> None:
    section = coordination(gather([best, blind], tiny))
    assert section is not None
    assert section.sentences[1:3] == (
        "Where it is not worth it: joint planning costs more in lost sales (+5.00) and holding stock (+4.10).",
        "Seen alone, 1 of 3 locations costs more with joint planning: DC (+0.50).",
    )
    assert [chart.id.removeprefix("chart-coordination") for chart in section.charts] == [
        "",
        "-location",
        "-category",
    ]


def test_without_the_tables_the_causes_are_still_there(best: Run, blind: Run) -> None:
    section = coordination(gather([best, blind]))
    assert section is not None
    assert [chart.id for chart in section.charts] == ["chart-coordination"]


def test_with_negligible_freight_coordination_is_worth_about_nothing_and_the_report_says_so(
    tiny: DataSet, tmp_path: Path
) -> None:
    cheap = with_freight_times(tiny, 1e-4)
    value = conclude(
        gather([keep(cheap, plan, tmp_path) for plan in (joint(cheap), blind_to_freight(cheap))], cheap)
    )
    assert value is not None
    assert abs(value.share) < 0.005
    assert value.sentence.startswith("Joint planning is worth about nothing here")
    assert value.sentence.endswith("Freight is only 0.1\u00a0% of cost: there is little to coordinate.")


def said(before: float, after: float, bound: float) -> str:
    """The conclusion for plans that cost freight alone."""
    return Coordination(
        "reorder levels", "EUR", FREE | {"freight": before}, FREE | {"freight": after}, bound
    ).sentence


def test_a_joint_plan_that_costs_more_is_called_so() -> None:
    # 100 against 110; no plan costs less than 95: at most 5 could be saved
    assert said(100.0, 110.0, 95.0) == (
        "Joint planning is not worth it here: the other plan (reorder levels) costs 10.0 EUR (10.00\u00a0%) less. "
        "No plan could save more than 5.00 EUR against it."
    )


def test_a_difference_that_the_gap_is_larger_than_is_not_called_proven() -> None:
    # saves 0.2 of 100, and 3 are open
    assert "not proven to be a difference at all" in said(100.0, 99.8, 96.8)
    # saves 2 of 100, and 3 are open: it saves, but how much joint planning is worth isn't certain
    assert "how much it is worth is not certain" in said(100.0, 98.0, 95.0)
    # saves 2 of 100, and 1 is open
    assert "certain" not in said(100.0, 98.0, 97.0)


def test_without_another_policy_there_is_nothing_to_conclude(tiny: DataSet, best: Run) -> None:
    assert coordination(gather([best], tiny)) is None


def test_the_better_of_two_other_policies_counts(
    tiny: DataSet, best: Run, blind: Run, tmp_path: Path
) -> None:
    nothing = pd.DataFrame(columns=list(ORDER_COLUMNS))
    found = evaluate(tiny, nothing)
    certificate = {"cost": found.total, "bound": 0.0, "gap": 1.0, "policy": "reorder"}
    idle = keep(tiny, Plan(nothing, found.loads, found.inventory, found.kpis, certificate), tmp_path)
    assert found.total < blind.plan.cost  # 178.50: to order nothing is better than to pay any freight
    assert rivals(gather([best, blind, idle], tiny)) == (best, idle)
