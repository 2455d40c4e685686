"""A real browser, Debian's chromium, and what it is held to on whatever page it opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = Path(__file__).parents[3] / "var" / "screenshots"
"""Where the pictures are kept that the tests take; git does not look there."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK, PHONE = 1280, 390


def launch(playwright: Playwright) -> Browser:
    """Start it; fail where it is not there, for without it nobody has looked at the pages."""
    assert CHROMIUM.exists(), "the tests look at the pages in Debian's chromium: apt-get install chromium"
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


@dataclass
class Visit:
    """One tab: the page in it, and whatever went wrong in it."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def go(self, address: str) -> Page:
        """Open an address of the service, and wait until its scripts have come."""
        self.page.goto(self.url + address, wait_until="load")
        return self.page

    def keep(self, name: str) -> None:
        """Take a picture of all of the page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def barriers(self) -> list[str]:
        """What axe finds that keeps people out: the serious and the critical."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {one['help']}: {node['html'][:160]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]

    @property
    def overflow(self) -> int:
        """By how much the page is wider than what it is looked at through."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width


@contextmanager
def visiting(
    browser: Browser, url: str, width: int = DESK, scheme: Any = "light", **more: Any
) -> Iterator[Visit]:
    """A tab of its own. In the end: no error on its console, and no request to another host."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    context.set_default_timeout(20_000)
    visit = Visit(context.new_page(), url)
    visit.page.on("console", lambda told: visit.wrong.append(told.text) if told.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.wrong.append(str(error)))
    visit.page.on(
        "request",
        lambda asked: None if asked.url.startswith((url, "data:")) else visit.wrong.append(asked.url),
    )
    try:
        yield visit
        assert visit.wrong == []
    finally:
        context.close()
