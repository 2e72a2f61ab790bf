"""Key figures side by side, what is proven about costs, and requirements."""

from pathlib import Path

import pandas as pd
import pytest

from planner.errors import UsageError
from planner.plan.run import Run
from planner.value.compare.comparison import compare
from planner.value.compare.export import write
from planner.value.compare.requirements import judge, read_requirement
from planner.value.compare.verdict import verdict
from tests.value.plans import registry, run


def kinds(tmp_path: Path, *pairs: tuple[float, float]) -> list[str]:
    """The verdict on the second of each two runs, given as cost and bound."""
    base, *others = [run(registry(tmp_path), cost, bound) for cost, bound in pairs]
    return [verdict(base, other).kind for other in others]


def test_a_difference_is_proven_if_it_is_larger_than_both_gaps_together(tmp_path: Path) -> None:
    # base: 100 − 98 = 2 too much at most. Others: gap of 3, so 5 together
    assert kinds(tmp_path, (100, 98), (105.5, 102.5), (105, 102), (104, 101), (96, 93), (94.5, 91.5)) == [
        "proven",  # 5.5 > 5
        "not proven",  # 5 is not larger than 5
        "not proven",  # 4
        "not proven",  # −4
        "proven",  # −5.5
    ]


def test_the_best_plans_differ_by_what_the_bounds_leave_open(tmp_path: Path) -> None:
    # the best of the base is in 98…100, that of the other in 101…105: 1 to 7 apart
    found = verdict(run(registry(tmp_path), 100, 98), run(registry(tmp_path), 105, 101))
    assert (found.kind, found.least, found.most) == ("not proven", 1, 7)  # 5 is not larger than 2 + 4


def test_two_optimal_plans_differ_or_not(tmp_path: Path) -> None:
    assert kinds(tmp_path, (100, 100), (100.01, 100.01), (100 + 1e-8, 100)) == ["proven", "equal"]


def test_two_plans_of_one_problem_differ_as_plans(tmp_path: Path) -> None:
    base, other = (run(registry(tmp_path), cost, 90, input_hash="same") for cost in (100, 101))
    found = verdict(base, other)
    assert (found.kind, found.difference) == ("same problem", 1.0)


def test_a_baseline_claims_no_bound_so_it_adds_no_gap(tmp_path: Path) -> None:
    base = run(registry(tmp_path), 100, 98)
    baseline = run(registry(tmp_path), 103, 0.0, policy="sequential")
    found = verdict(base, baseline)
    assert (found.kind, found.gaps) == ("proven", 2.0)  # 3 > 2
    compared = compare([base, baseline])
    assert compared.labels == (base.record.alias, "sequential")
    assert [compared.as_dict()["runs"][1][name] for name in ("bound", "gap")] == [None, None]
    joint = run(registry(tmp_path), 103, 0.0, policy="joint")
    assert verdict(base, joint).kind == "not proven"


def test_a_run_compared_with_itself_has_no_difference(tmp_path: Path) -> None:
    one = run(registry(tmp_path), 100, 98, ("milk", "van", 0, 10.0))
    found = compare([one, one])
    assert [verdict.kind for verdict in found.verdicts] == ["equal"]
    assert all(not difference for figure in found.figures for difference in figure.differences)
    assert found.orders[0].empty


def test_figures_have_differences_and_shares_against_the_first(tmp_path: Path) -> None:
    base = run(registry(tmp_path), 200, 200, kpis={"kg_co2": 0.0})
    by_van = {"total": 150.0, "freight": {"van": 150.0}}
    other = run(registry(tmp_path), 150, 150, kpis={"fill_rate": 0.931, "kg_co2": 5.0, "cost": by_van})
    figures = {figure.name: figure for figure in compare([base, other, base]).figures}
    assert figures["cost.total"].differences == (0, -50, 0)
    assert figures["cost.total"].shares == (0, -0.25, 0)
    # a mode that only one of them has costs nothing in the other
    assert figures["cost.freight.van"].values == (0, 150, 0)
    assert figures["cost.freight.truck"].values == (200, 0, 200)
    assert figures["cost.freight"].values == (200, 150, 200)
    assert figures["fill_rate"].differences[1] == pytest.approx(-0.049)
    assert figures["fill_rate"].shares[1] == pytest.approx(-0.05)
    assert figures["kg_co2"].shares == (0, None, 0)  # no share of 0
    assert figures["vehicle_fill"].differences == (None, None, None)


def test_runs_are_called_by_their_scenarios_where_that_is_clear(tmp_path: Path) -> None:
    one, two, three, four = (
        run(registry(tmp_path), 100, 100, scenario=name) for name in ("", "fuel", "fuel", "dock")
    )
    assert compare([one, two, four]).labels == (one.record.alias, "fuel", "dock")
    assert compare([two, three]).labels == (two.record.alias, three.record.alias)


def test_different_money_and_single_runs_are_refused(tmp_path: Path) -> None:
    euro, franc = run(registry(tmp_path), 100, 100), run(registry(tmp_path), 100, 100, currency="CHF")
    with pytest.raises(UsageError, match="in EUR and CHF"):
        compare([euro, franc])
    with pytest.raises(UsageError, match="two runs or more"):
        compare([euro])


@pytest.fixture
def pair(tmp_path: Path) -> list[Run]:
    base = run(registry(tmp_path), 200, 199, ("=milk", "van", 0, 10.0), kpis={"fill_rate": 0.98})
    other = run(
        registry(tmp_path), 202, 199, ("=milk", "van", 1, 10.0), kpis={"fill_rate": 0.975}, scenario="fuel"
    )
    return [base, other]


@pytest.mark.parametrize(
    ("text", "limit", "met"),
    [
        ("cost.total<=+1%", 202, True),  # 200 + 1 %
        ("cost.total <= +0.9 %", 201.8, False),
        ("cost.total<=+2", 202, True),
        ("cost.total<=-1%", 198, False),
        ("cost.total<=203", 203, True),
        ("fill_rate>=-0.005", 0.975, True),
        ("fill_rate>=-0.4%", 0.97608, False),  # 0.98 − 0.4 % of it
        ("fill_rate>=0.97", 0.97, True),
        ("fill_rate>=98%", 0.98, False),
        ("cost.freight.truck<=.5", 0.5, False),
    ],
)
def test_requirements_with_a_sign_are_against_the_base(
    pair: list[Run], text: str, limit: float, met: bool
) -> None:
    [outcome] = judge(compare(pair), [read_requirement(text)])
    assert (outcome.limit, outcome.met) == (pytest.approx(limit), met)


def test_what_is_not_known_is_not_fulfilled(pair: list[Run]) -> None:
    assert [one.met for one in judge(compare(pair), [read_requirement("vehicle_fill>=-1")])] == [False]


@pytest.mark.parametrize(
    "text",
    ["", "cost.total", "cost.total<1", "cost.total<=much", "<=1", "cost.total=1", "cost.total<=1 EUR"],
)
def test_what_is_no_requirement_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a requirement.*cost.total<=\+1%"):
        read_requirement(text)


def test_an_unknown_key_figure_is_refused_with_the_nearest(pair: list[Run]) -> None:
    with pytest.raises(UsageError, match=r"no key figure 'filrate'\. Maybe fill_rate is meant"):
        judge(compare(pair), [read_requirement("filrate>=0.9")])


def test_a_comparison_is_written_for_spreadsheets_without_live_formulas(
    pair: list[Run], tmp_path: Path
) -> None:
    found = compare(pair)
    book = tmp_path / "compared.xlsx"
    assert write(found, book) == [book]
    sheets = pd.read_excel(book, sheet_name=None, engine="calamine")
    assert list(sheets) == ["Key figures", "Cost", "Orders"]
    cost = sheets["Cost"].query("figure == 'cost.total'")
    assert cost["value"].tolist() == [200, 202]
    assert cost["share"].tolist() == [0, 0.01]
    assert cost["verdict"].tolist()[1] == "not proven"  # 2 < 1 + 3
    assert sheets["Orders"][["run", "change", "item_id"]].to_numpy().tolist() == [
        ["fuel", "moved day", "=milk"]
    ]
    csv = tmp_path / "compared.csv"
    assert write(found, csv) == [csv, tmp_path / "compared-orders.csv"]
    assert set(pd.read_csv(csv)["figure"]) >= {"cost.total", "fill_rate"}
    assert pd.read_csv(tmp_path / "compared-orders.csv")["item_id"].tolist() == ["'=milk"]


def test_nothing_is_overwritten(pair: list[Run], tmp_path: Path) -> None:
    (tmp_path / "compared-orders.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"compared-orders.csv exists already; nothing was written"):
        write(compare(pair), tmp_path / "compared.csv")
    assert not (tmp_path / "compared.csv").exists()
    for name in ("compared.pdf", "nowhere/compared.xlsx"):
        with pytest.raises(UsageError):
            write(compare(pair), tmp_path / name)
