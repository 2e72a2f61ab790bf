"""The workbench in a real browser: sign in, make a plan and see it grow, read it, filter it; on a telephone, and on a desk."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service.server import PATIENCE, Server, until
from tests.service.window import Window

pytestmark = pytest.mark.browser


def test_a_planner_makes_a_plan_watches_and_reads_it(browser: Any, server: Server, dataset: str) -> None:
    """On a telephone; `test_walk` does so on a desk."""
    window = Window(browser, server, 390)
    page = window.page
    window.sign_in(str(server.token))
    window.look("home")
    page.locator("select[name=dataset]").select_option(dataset)  # others may have brought some since
    page.get_by_label("Gap in %").fill("0.039")
    page.get_by_role("button", name="Solve").click()
    page.wait_for_url("**/jobs/*")
    page.get_by_text("It is done.").wait_for()  # the page says so by itself
    window.look("job")
    window.go("link", "The run")
    page.get_by_role("heading", name="What is proven, and how to check it").wait_for()
    assert window.drawn() >= 1
    assert "90.55" in page.locator("main").inner_text()
    window.look("run")
    window.go("link", "Orders, loads, inventory")
    everything = page.locator("tbody tr").count()
    page.get_by_label("Location").select_option("FAR")
    until(lambda: page.locator("tbody tr").count() < everything)
    assert "location=FAR" in page.url  # it can be sent to somebody
    cells = page.locator("tbody tr").all_inner_texts()
    assert cells
    assert all("FAR" in row for row in cells)
    page.get_by_label("Table").select_option("inventory")
    page.get_by_text("closing").wait_for()
    window.look("plan")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Token").wait_for()
    page.goto(server.address + "/")
    assert page.url.endswith("/sign-in")
    window.context.close()


def test_two_owners_see_an_exception_and_sign_the_plan(
    browser: Any, server: Server, client: httpx.Client, job: dict[str, Any], troubled: Path
) -> None:
    """Each with a token, and a button for that role only; once it is published there is nothing left to press."""
    today = client.post("/v1/datasets", json={"folder": str(troubled)}, params={"name": "today"}).json()["id"]
    run = job["run_id"]
    retail = Window(browser, server)
    page = retail.page
    tokens = server.tokens("retail", "distribution")
    retail.sign_in(tokens["retail"])
    retail.go("link", "Exceptions")
    page.get_by_label("Data set").select_option(today)
    page.get_by_label("Plan").select_option(run)
    page.get_by_role("button", name="Look").click()
    page.get_by_text("1 exception on").wait_for()
    told = page.locator("#exceptions .ranked li").first.inner_text()
    for part in (
        r"Low service: \S+ of 95.0 EUR",
        "rice",
        "retail and distribution",
        r"increase \d+ of rice, DC to NEAR",
    ):
        assert re.search(part, told), told
    assert page.get_by_role("button", name="Plan again").count() == 0  # a planner's
    retail.look("exceptions")
    retail.go("link", "the plan of run")
    page.get_by_label("Why").fill("promotion is in")
    page.get_by_role("button", name="Approve for retail").click()
    page.get_by_text("Signed for retail by retail.").wait_for()
    assert "promotion is in" in page.locator("#decision tbody").inner_text()
    retail.look("signed")
    retail.go("link", "Orders, loads, inventory")
    page.get_by_text("Override an order").click()
    page.get_by_role("combobox", name="Order").fill(page.locator("tbody th").first.inner_text())
    page.get_by_label("Quantity").fill("0")
    page.get_by_label("Reason").fill("school holidays")
    retail.look("override")
    page.get_by_role("button", name="Make a proposal").click()
    page.get_by_text("It is a proposal.").wait_for()
    assert "school holidays" in page.locator("#decision tbody").inner_text()
    assert run not in page.url
    page.goto(f"{server.address}/runs/{run}")
    other = Window(browser, server, 390)
    other.sign_in(tokens["distribution"])
    other.page.goto(f"{server.address}/runs/{run}")
    assert other.page.get_by_role("button", name="Approve for retail").count() == 0
    other.page.get_by_role("button", name="Approve for distribution").click()
    other.page.get_by_text("It is published.").wait_for()
    assert other.page.get_by_role("button", name="Reject").count() == 0
    other.look("published")
    page.reload()
    assert page.get_by_role("button", name="Approve for retail").count() == 0
    assert client.get(f"/v1/runs/{run}").json()["state"] == "published"
    page.goto(f"{server.address}/response")
    page.get_by_role("heading", name="From an event").wait_for()
    retail.look("response")
    for window in (retail, other):
        window.context.close()


def test_it_works_with_the_keyboard_alone(browser: Any, server: Server, job: dict[str, Any]) -> None:
    window = Window(browser, server)
    page = window.page
    page.goto(server.address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Token").focus()
    page.keyboard.type(str(server.token))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Workbench").wait_for()
    reached = set[str]()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name || ''")
        )
    assert {"Solve", "gap", "Sign out", job["run_id"][-5:]} <= reached
    window.context.close()


def test_who_may_only_read_sees_no_buttons_and_can_not_press_them(
    server: Server, dataset: str, job: dict[str, Any]
) -> None:
    token = server.new_token("viewer")
    with httpx.Client(base_url=server.address, timeout=PATIENCE) as browser:
        assert browser.get("/", headers={"Accept": "text/html"}).headers["location"] == "/sign-in"
        signed = browser.post("/sign-in", data={"token": token})
        cookie = signed.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        home = browser.get("/").text
        assert ">Solve<" not in home
        assert job["run_id"][-5:] in home
        refused = browser.post("/solve", data={"dataset": dataset}, headers={"Accept": "text/html"})
        assert refused.status_code == 403
        assert "needs the role planner" in refused.text
        assert browser.post(f"/jobs/{job['id']}/cancel").status_code == 403
        run = f"/runs/{job['run_id']}"
        assert ">Approve" not in browser.get(run).text
        signed = browser.post(f"{run}/approve", data={"role": "retail"})
        assert (signed.status_code, signed.json()["kind"]) == (403, "not allowed")
        changed = browser.post(f"{run}/override", data={"order": "O000001", "reason": "x", "quantity": "0"})
        assert (changed.status_code, changed.json()["kind"]) == (403, "not allowed")
        assert "Override an order" not in browser.get(f"{run}/plan").text
        evil = browser.post("/sign-out", headers={"Origin": "https://evil.example"})
        assert evil.status_code == 403
        wrong = browser.post("/sign-in", data={"token": "<script>alert(1)</script>"})
        assert wrong.status_code == 401
        assert "<script>alert" not in wrong.text


def test_names_in_the_tables_can_not_become_part_of_a_page(server: Server, job: dict[str, Any]) -> None:
    with httpx.Client(
        base_url=server.address, timeout=PATIENCE, cookies={"planner_token": str(server.token)}
    ) as browser:
        told = browser.get(f"/runs/{job['run_id']}/plan", params={"item": '"><script>alert(1)</script>'})
        assert told.status_code == 200
        assert "<script>alert" not in told.text
        assert "script-src 'self'" in told.headers["content-security-policy"]
        missing = browser.get("/runs/<b>nothing</b>", headers={"Accept": "text/html"})
        assert missing.status_code == 404
        assert "<b>nothing" not in missing.text
        assert browser.get("/static/../routes.py").status_code == 404
        assert browser.get("/static/%2e%2e%2froutes.py").status_code == 404


def test_the_orders_of_a_lane_are_shown_alone(client: httpx.Client, job: dict[str, Any]) -> None:
    page = f"/runs/{job['run_id']}/plan"
    lane = {"origin": "DC", "destination": "NEAR", "mode": "van"}
    client.cookies.set("planner_token", client.headers["Authorization"].removeprefix("Bearer "))
    shown = client.get(page, params=lane, headers={"hx-request": "true"}).text
    rows = client.get(f"/v1/runs/{job['run_id']}/tables/orders", params=lane).json()["items"]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", shown)
    assert len(rows) > 0
    assert f"{len(rows)} rows" in shown
    assert (cells.count("NEAR"), cells.count("FAR")) == (len(rows), 0)
