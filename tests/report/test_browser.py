"""The page in a real browser: no error, no request, every chart drawn, at home on a desk and on a telephone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planner.plan.run import Run
from planner.report.material import gather
from planner.report.write import write_report
from planner.tables.dataset import DataSet
from tests.browser import chromium
from tests.report.made import frontier, simulation

WIDTHS = (1280, 390)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def path(tiny: DataSet, best: Run, sequential: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every section."""
    folder = tmp_path_factory.mktemp("page")
    material = gather(
        [best, sequential], tiny, frontier(folder / "f.json", best.record.run_id), simulation(folder / "s")
    )
    write_report(material, folder / "report.html")
    return folder / "report.html"


class Opened:
    """The page in a window of a width, with all that went wrong or out."""

    def __init__(self, browser: Any, path: Path, width: int, **options: Any) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None,
        )
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def count(self, selector: str) -> int:
        return int(self.page.locator(selector).count())


@pytest.fixture
def opened(browser: Any, path: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    found = Opened(browser, path, getattr(request, "param", WIDTHS[0]))
    yield found
    found.context.close()


@pytest.mark.parametrize("opened", WIDTHS, indirect=True)
def test_the_page_has_no_error_asks_for_nothing_and_draws_every_chart(opened: Opened, path: Path) -> None:
    assert opened.errors == []
    assert opened.requests == [path.as_uri()]
    assert opened.count(".chart") >= 15
    empty = opened.page.eval_on_selector_all(
        ".chart",
        "boxes => boxes.filter(box => box.querySelectorAll('svg path, svg text').length < 3).map(box => box.id)",
    )
    assert empty == []


@pytest.mark.parametrize("opened", WIDTHS, indirect=True)
def test_nothing_sticks_out_of_the_window(opened: Opened) -> None:
    width = opened.page.evaluate("window.innerWidth")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    outside = opened.page.evaluate(
        """width => [...document.querySelectorAll('.chart text')].filter(text => {
             const box = text.getBoundingClientRect();
             return box.right > width + 1 || box.left < 0;
           }).map(text => text.textContent)""",
        width,
    )
    assert outside == []


@pytest.mark.parametrize("opened", WIDTHS, indirect=True)
def test_a_screen_reader_finds_no_obstacle(opened: Opened) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened.page).response["violations"]
    assert [(fault["id"], fault["impact"], fault["nodes"][0]["html"]) for fault in found] == []


def test_numbers_are_behind_each_chart_until_one_asks_for_them(opened: Opened) -> None:
    assert opened.count("details[open]") == 0
    opened.page.locator("#costs summary").first.click()
    assert opened.page.locator("#costs details table").first.is_visible()


def test_without_scripts_all_numbers_are_there(browser: Any, path: Path) -> None:
    found = Opened(browser, path, WIDTHS[0], java_script_enabled=False)
    assert found.page.locator(".chart").first.is_hidden()
    tables = found.page.locator("table")
    assert tables.count() > 10
    assert all(tables.nth(place).is_visible() for place in range(tables.count()))
    found.context.close()


def test_on_paper_all_numbers_are_shown_and_charts_fit(opened: Opened, tmp_path: Path) -> None:
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": 690, "height": 1000})
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    tables = opened.page.locator("table")
    assert all(tables.nth(place).is_visible() for place in range(tables.count()))
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 690
    opened.page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert opened.errors == []
