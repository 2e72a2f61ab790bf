"""A window of a real browser, in which nothing may go wrong or out."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.service.server import PATIENCE, Server, until

WAIT = 1000 * PATIENCE
PICTURES = Path(folder) if (folder := os.environ.get("PLANNER_TEST_PICTURES")) else None


class Window:
    """A window, with all that went wrong or out in it."""

    def __init__(
        self, browser: Any, server: Server, width: int = 1280, pictures: Path | None = PICTURES
    ) -> None:
        self.pictures = pictures
        self.faults: list[str] = []
        self.elsewhere: list[str] = []
        self.address = server.address
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None,
        )
        self.page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((server.address, "data:")) else self.elsewhere.append(asked.url)
            ),
        )

    def sign_in(self, token: str) -> None:
        self.page.goto(self.address)
        self.page.get_by_label("Token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", name="Workbench").wait_for()

    def go(self, role: Any, name: str) -> None:
        """Press what leads to another page, and wait for all of that page: what counts or lists does not wait."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name).click()

    def drawn(self) -> int:
        """How many charts there are, when all of them are drawn."""
        until(lambda: self.page.locator("figure .chart:not(:has(svg))").count() == 0)
        return int(self.page.locator("figure .chart svg").count())

    def look(self, name: str) -> None:
        """Nothing went wrong, screen readers can read it, nothing is wider than the window; a picture where one is wanted."""
        assert (self.faults, self.elsewhere) == ([], [])
        serious = [
            one["id"] + ": " + one["nodes"][0]["html"]
            for one in Axe().run(self.page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], name
        self.fits(name)

    def look_at_both(self, name: str) -> None:
        """The same on a desk and on a telephone."""
        self.look(name)
        self.page.set_viewport_size({"width": 390, "height": 900})
        self.fits(name)
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def fits(self, name: str) -> None:
        """Nothing is wider than the window; a picture where one is wanted."""
        sizes = "[document.documentElement.scrollWidth, window.innerWidth]"
        until(
            lambda: self.page.evaluate(sizes), lambda seen: seen[0] <= seen[1], 5
        )  # charts follow a moment later
        if self.pictures:
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)
