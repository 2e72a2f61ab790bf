"""A newcomer's first walk through the workbench, from one command to the comparison of two scenarios, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.server import Server, serving
from tests.service.window import PICTURES, Window

pytestmark = pytest.mark.browser


@pytest.fixture
def newcomer(browser: Any, tmp_path: Path) -> Iterator[Window]:
    """A window on a service that was just begun, with nothing in it."""
    with serving(tmp_path / "new", "--no-auth") as server:
        yield opened(browser, server, tmp_path)


def opened(browser: Any, server: Server, folder: Path) -> Window:
    window = Window(browser, server, pictures=PICTURES or folder)
    window.page.goto(server.address)
    return window


def test_from_nothing_to_a_published_plan_and_two_scenarios(newcomer: Window) -> None:
    page = newcomer.page
    newcomer.look_at_both("1-empty")
    page.get_by_role("button", name="Load the sample").press("Enter")
    page.get_by_role("heading", name="Sample", exact=True).wait_for()
    newcomer.look_at_both("2-sample")
    page.get_by_role("button", name="Solve", exact=True).click()
    page.get_by_text("It is done.").wait_for()
    newcomer.go("link", "The run")
    page.get_by_text("It is a proposal.").wait_for()
    assert "90.55" in page.locator("main").inner_text()  # the optimum that its README derives by hand
    assert newcomer.drawn() >= 1
    newcomer.look_at_both("3-run")

    newcomer.go("link", "Network")
    assert newcomer.drawn() == 1
    assert page.locator("#network > .scroll tbody tr").count() == 4  # lanes and modes that are used
    newcomer.look_at_both("4-network")
    page.get_by_role("combobox", name="Mode").select_option("express")
    newcomer.go("button", "Show")
    assert page.locator("#network > .scroll tbody tr").all_inner_texts() == [
        "DC\tFAR\texpress\t4\t1\t1\t10.0"
    ]

    newcomer.go("link", "Exceptions")
    page.get_by_role("button", name="Look").click()  # at the newest tables, beside the plan
    page.get_by_text("1 exception on").wait_for()
    shown = page.locator(".ranked li").first.inner_text()
    assert "rice are lost at NEAR, FAR" in shown
    assert "increase 60 of rice, DC to NEAR" in shown
    newcomer.look_at_both("5-exceptions")
    page.get_by_role("button", name="Plan again for the events").click()
    page.get_by_text("It is done.").wait_for()
    said = page.locator("main").inner_text()  # how good it is depends on how busy the machine is
    assert re.search(r"Doing nothing costs 240, the new plan 1\d\d; \d order lines? changes?\.", said), said
    newcomer.look_at_both("6-answer")
    newcomer.go("link", "The run")
    for role in ("retail", "distribution"):
        page.get_by_label("Role").select_option(role)
        page.get_by_label("Why").fill("the festival")
        page.get_by_role("button", name="Approve").click()
        page.get_by_text(f"Signed for {role} by local.").wait_for()
    page.get_by_text("It is published.").wait_for()
    newcomer.look_at_both("7-published")

    newcomer.go("link", "Runs and data")
    newcomer.look_at_both("8-home")
    newcomer.go("link", "Sample, this morning")
    newcomer.look_at_both("9-scenarios")
    page.get_by_role("button", name="Solve the scenarios").click()
    link = page.get_by_role("link", name="Compare them").get_attribute("href")
    solved = re.findall("run=([^&]+)", str(link))  # as they are, and both scenarios
    newcomer.go("link", "Runs and data")
    for box in page.get_by_role("checkbox").all()[:3]:  # the same, the newest first
        box.press("Space")
    page.get_by_role("button", name="Compare those that are ticked").press("Enter")
    page.get_by_role("heading", name="Which is cheaper").wait_for()
    assert sorted(re.findall("run=([^&]+)", page.url)) == sorted(solved)
    assert newcomer.drawn() == 7
    told = page.locator("#verdict").inner_text()
    assert "fuel_up is 11.40 EUR dearer than base; proven" in told
    assert "no_express is 10.50 EUR dearer than base; proven" in told
    assert page.locator("#verdict tbody th").all_inner_texts() == ["base", "fuel_up", "no_express"]
    other = str(page.get_by_role("link", name="Make it the base").first.get_attribute("href"))
    assert re.findall("run=([^&]+)", other) == [solved[1], solved[0], solved[2]]
    newcomer.look_at_both("10-comparison")
