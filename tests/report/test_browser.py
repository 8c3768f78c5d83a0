"""The report in a real browser, on a desktop and on a phone: quiet, self-contained, named, and no wider than its screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mptf_sim.report import write_report
from mptf_sim.report.figures import FIGURES
from tests.report.worlds import HOSTILE, played

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIETLY = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}
PAGES = {"one run": {}, "hostile names": {"name": HOSTILE, "label": HOSTILE, "plans": 30, "donors": 12}}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]  # one browser, and pages that are written once


class Opened(NamedTuple):
    """A page that a browser shows, and what it said and asked for meanwhile."""

    page: object
    said: list[str]
    asked: list[str]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """The browser of this machine, driven by Playwright."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser is installed here (looked for {', '.join(BROWSERS)}): the report was not opened")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: `make setup` does it")
    with driver.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=list(QUIETLY))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports as files."""
    folder = tmp_path_factory.mktemp("reports")
    return {
        name: write_report(played(**terms), folder / f"{number}.html")
        for number, (name, terms) in enumerate(PAGES.items())
    }


@pytest.fixture(params=[(screen, page) for screen in SCREENS for page in PAGES], ids=" ".join)
def opened(request: pytest.FixtureRequest, browser, written) -> Iterator[Opened]:
    screen, name = request.param
    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written[name].as_uri())
    yield Opened(page, said, asked)
    page.close()


def test_it_says_nothing_to_the_console_and_asks_for_nothing_but_itself(opened, written):
    opened.page.wait_for_load_state("networkidle")

    assert opened.said == []
    assert len(opened.asked) == 1
    assert opened.asked[0] in {path.as_uri() for path in written.values()}


def test_nothing_is_wider_than_the_screen(opened):
    wide = opened.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] == wide[1]


def test_every_link_leads_to_a_place_that_is_seen(opened):
    links = opened.page.locator("a")
    targets = {links.nth(number).get_attribute("href") for number in range(links.count())}

    assert len(targets) > len(FIGURES)
    for target in targets:
        assert target.startswith("#")
        assert opened.page.locator(f"[id='{target[1:]}']").bounding_box()["height"] > 0


def test_a_link_that_is_clicked_brings_its_figure_to_the_screen(opened):
    opened.page.locator("nav a", has_text="Unspent money").first.click()
    place = opened.page.locator("[id='run1-figure-unspent']").bounding_box()

    assert opened.page.url.endswith("#run1-figure-unspent")
    assert -2 <= place["y"] < opened.page.viewport_size["height"]


def test_every_figure_is_named_and_told(opened):
    images = opened.page.get_by_role("img")
    told = images.evaluate_all(
        "all => all.map(one => one.getAttribute('aria-labelledby').split(' ').map(id => document.getElementById(id).textContent))"
    )

    assert images.count() == len(FIGURES)
    assert all(len(words) == 2 and min(map(len, words)) > 20 for words in told)


def test_words_in_figures_are_large_enough_to_read(opened):
    """At least 6 CSS pixels on a phone, which shows several dots for each of them."""
    smallest = opened.page.evaluate(
        """Math.min(...[...document.querySelectorAll("svg text")].map(one => {
            const seen = one.getScreenCTM();
            return parseFloat(getComputedStyle(one).fontSize) * Math.hypot(seen.b, seen.d);
        }))"""
    )
    assert smallest >= 6


def test_it_prints_on_a4(opened):
    opened.page.emulate_media(media="print")
    printed = opened.page.pdf(format="A4", prefer_css_page_size=True)

    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page\r") > 5
