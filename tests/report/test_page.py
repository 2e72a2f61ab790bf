"""The page as text: what is in it, what can't get into it, and what it needs (nothing)."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from planner.audit import evaluate
from planner.errors import UsageError
from planner.plan.plan import ORDER_COLUMNS, Plan
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.report.material import Material, gather
from planner.report.write import write_report
from planner.solve import solve
from planner.tables.dataset import DataSet
from planner.verbs.report import report
from tests.report.made import exceptions, frontier, joint, keep, simulation

EVIL = '</script><img src=x onerror="alert(1)">\u2028&'


def written(material: Material, folder: Path) -> str:
    path = folder / "report.html"
    write_report(material, path)
    return path.read_text(encoding="utf-8")


def charts(page: str) -> dict[str, dict[str, object]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found
    return {chart["id"]: chart["option"] for chart in json.loads(found[1])}


def test_the_page_has_every_section_that_there_is_something_for(
    tiny: DataSet, best: Run, sequential: Run, tmp_path: Path
) -> None:
    material = gather(
        [best, sequential],
        tiny,
        frontier(tmp_path / "f.json", best.record.run_id),
        simulation(tmp_path / "s"),
    )
    found = [section.id for section in write_report(material, tmp_path / "report.html")]
    assert found == [
        "headline", "coordination", "runs", "costs", "network", "loads", "stock", "frontier", "simulation", "certificate",
    ]  # fmt: skip


def test_every_chart_has_its_numbers_as_a_table_and_says_what_it_shows(
    tiny: DataSet, best: Run, sequential: Run, tmp_path: Path
) -> None:
    page = written(gather([best, sequential], tiny), tmp_path)
    for name in charts(page):
        box = re.search(rf'id="{name}" role="img" aria-label="([^"]+)"', page)
        assert box, name
        figure = page[box.end() : page.index("</figure>", box.end())]
        assert "<table>" in figure or name.startswith("chart-run-"), name  # these share the table below them


def test_the_page_asks_for_nothing_and_lets_nothing_else_run(
    tiny: DataSet, best: Run, tmp_path: Path
) -> None:
    page = written(gather([best], tiny), tmp_path)
    assert not re.search(
        r'(src|href)="(?!#|data:)', re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    )
    assert "default-src &#39;none&#39;; script-src &#39;sha256-" in page
    assert "unsafe-eval" not in page


def test_a_name_can_not_become_part_of_the_page(tiny: DataSet, tmp_path: Path) -> None:
    items = tiny["items"].assign(name=EVIL, category=EVIL)
    data = tiny.replace(items=items)
    run = keep(data, joint(data), tmp_path)
    page = written(gather([run], data), tmp_path)
    assert "<img src=x" not in page
    assert page.count("</script>") == 3  # the data, the charts, and what draws them
    assert "\u2028" not in page.split('id="data">')[1].split("</script>")[0]
    stock = charts(page)["chart-stock"]
    assert stock["baseOption"]["series"][0]["name"] == EVIL  # type: ignore[index]


def test_the_vendored_library_can_stand_in_a_page_and_brings_its_licence() -> None:
    vendor = files("planner.report") / "vendor"
    script = (vendor / "echarts.common.min.js").read_text(encoding="utf-8")
    assert "</script" not in script.lower()
    assert "<!--" not in script
    assert "Apache License" in (vendor / "LICENSE").read_text(encoding="utf-8")
    assert "Apache ECharts" in (vendor / "NOTICE").read_text(encoding="utf-8")


def test_a_run_whose_tables_are_gone_still_has_a_page(best: Run, tmp_path: Path) -> None:
    material = gather([best])
    found = [section.id for section in write_report(material, tmp_path / "report.html")]
    assert found == ["headline", "costs", "loads", "certificate"]
    assert "figures per item and location are left out" in (tmp_path / "report.html").read_text(
        encoding="utf-8"
    )


def test_tables_that_have_changed_are_not_taken_for_those_of_the_run(tiny: DataSet, best: Run) -> None:
    changed = tiny.replace(inventory=tiny["inventory"].assign(on_hand=0.0))
    assert gather([best], changed).data is None


def test_targets_are_held_against_the_plan(tiny: DataSet, tmp_path: Path) -> None:
    targets = [{"category": name, "min_projected_fill_rate": 0.96} for name in ("grocery", "durables")]
    data = tiny.replace(policies=pd.concat([tiny["policies"], pd.DataFrame(targets)]))
    run = keep(data, joint(data), tmp_path)
    page = written(gather([run], data), tmp_path)
    # data/tiny/README.md: 95 of 100 rice are sold, 1 point below 96 %; and both lamps
    assert "1 of 2 targets is missed: fill rate of grocery." in page
    assert "missed by 1.0 points" in page


def test_the_exceptions_are_listed_with_money_deadline_and_owners(
    tiny: DataSet, best: Run, tmp_path: Path
) -> None:
    file = exceptions(tmp_path / "e.json", best.record.run_id)
    page = written(gather([best], tiny, exceptions=file), tmp_path)
    for words in (
        "1 exception on 2026-03-02: 110 EUR can be recovered.",
        "30 units of sales of rice are lost at NEAR",
        "a dispatch on 2026-03-03 at the latest",
        "order 30 of rice, DC to NEAR by truck",
        "retail and distribution",
        "4 more can recover less than",
    ):
        assert words in page
    assert "another plan" not in page
    other = written(gather([best], tiny, exceptions=exceptions(tmp_path / "o.json", "R1")), tmp_path)
    assert "They were found beside another plan: R1." in other


def test_the_frontier_says_what_one_more_point_costs(tiny: DataSet, best: Run, tmp_path: Path) -> None:
    page = written(gather([best], tiny, frontier=frontier(tmp_path / "f.json", best.record.run_id)), tmp_path)
    # (200 − 120) ÷ 8 points = 10 a point at 90 %, then (240 − 200) ÷ 1 = 40 at 98 %
    assert "One more point of service costs 10.0 EUR at 90.0\u00a0% and 40.0 EUR at 98.0\u00a0%." in page
    assert "The marked plan has weight 1.00." in page


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-60.0, -20.0, "joint planning costs 40.0 EUR (9.0\u00a0%) less than planning in sequence"),
        (-90.0, 10.0, "joint planning and planning in sequence are not shown to differ in cost"),
        (None, None, "less than planning in sequence: played once, so that there is no interval"),
    ],
)
def test_a_simulated_difference_is_one_only_if_its_interval_says_so(
    tiny: DataSet, best: Run, tmp_path: Path, low: float | None, high: float | None, words: str
) -> None:
    page = written(gather([best], tiny, simulation=simulation(tmp_path / "s", low, high)), tmp_path)
    assert words in page
    assert (
        "Information 2 days old costs joint planning 60.0 EUR, 30.0 per day of delay: 95\u00a0% interval"
        in page
    )


def test_a_page_is_written_again_but_nothing_else_is_overwritten(
    tiny: DataSet, best: Run, tmp_path: Path
) -> None:
    material = gather([best], tiny)
    write_report(material, tmp_path / "report.html")
    write_report(material, tmp_path / "report.html")
    (tmp_path / "mine.html").write_text("mine")
    with pytest.raises(UsageError, match=r"exists already and is not a report; nothing was written"):
        write_report(material, tmp_path / "mine.html")
    assert (tmp_path / "mine.html").read_text() == "mine"
    with pytest.raises(UsageError, match="doesn't exist; nothing was written"):
        write_report(material, tmp_path / "nowhere" / "report.html")


def test_runs_that_can_not_be_compared_are_refused(tiny: DataSet, best: Run, sequential: Run) -> None:
    with pytest.raises(UsageError, match="is named twice"):
        gather([best, sequential, best], tiny)
    dollars = Run(sequential.folder, sequential.record.model_copy(update={"currency": "USD"}))
    with pytest.raises(UsageError, match="their costs can't be compared"):
        gather([best, dollars], tiny)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "can't be read"),
        ("{", "is damaged"),
        ("[]", "has no 'points'"),
        ('{"points": [], "schema_version": 9}', "its version: 9"),
    ],
)
def test_a_file_that_is_not_a_frontier_is_refused_with_a_reason(
    best: Run, tmp_path: Path, content: str | None, words: str
) -> None:
    path = tmp_path / "f.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match=words):
        gather([best], frontier=path)


def test_a_plan_of_nothing_has_a_page(tiny: DataSet, tmp_path: Path) -> None:
    orders = pd.DataFrame(columns=list(ORDER_COLUMNS))
    found = evaluate(tiny, orders)
    certificate = {"cost": found.total, "bound": 0.0, "gap": 1.0}
    run = keep(tiny, Plan(orders, found.loads, found.inventory, found.kpis, certificate), tmp_path)
    page = written(gather([run], tiny), tmp_path)
    assert "Nothing is dispatched." in page
    assert "No vehicle leaves." in page
    assert "the bound is 0" in page


def test_a_plan_in_periods_has_a_page_with_a_bar_per_period(tiny: DataSet, tmp_path: Path) -> None:
    run = keep(tiny, solve(tiny, gap=0.0, threads=1, buckets="1x2d,1x3d"), tmp_path)
    page = written(gather([run], tiny), tmp_path)
    assert "Plan for 2 to 6 March 2026" in page
    stock = charts(page)["chart-stock"]
    assert stock["baseOption"]["xAxis"]["data"] == ["Mon\u00a02\u00a0Mar", "Wed\u00a04\u00a0Mar"]  # type: ignore[index]


def test_places_without_coordinates_stand_in_layers_and_others_on_a_map_too(
    tiny: DataSet, tmp_path: Path
) -> None:
    mapped = tiny.replace(
        locations=tiny["locations"].assign(latitude=[52, 51, 51, 49.0], longitude=[8, 9, 9.5, 11.0])
    )
    for data, names in ((tiny, {"chart-layers"}), (mapped, {"chart-layers", "chart-map"})):
        run = keep(data, joint(data), tmp_path)
        assert charts(written(gather([run], data), tmp_path)).keys() & {"chart-layers", "chart-map"} == names


def test_the_verb_finds_the_tables_and_tells_what_is_on_the_page(
    best: Run, sequential: Run, tmp_path: Path
) -> None:
    registry = Registry(best.folder.parent)
    found = report([best.record.alias, sequential.record.run_id], registry, tmp_path / "report.html")
    assert found["tables_found"] is True
    assert found["runs"] == [best.record.run_id, sequential.record.run_id]
    assert any(line.startswith("Joint planning saves") for line in found["conclusions"])
