"""Every page in Chromium: light, dark and narrow, served and from disk."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from integrator_lib import load_trained, predict

sync_api = pytest.importorskip("playwright.sync_api")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AUDIT = """async () => (await axe.run({resultTypes: ["violations"]})).violations
  .filter(v => ["serious", "critical"].includes(v.impact))
  .map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 150))])"""
BROKEN = (
    """() => [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)"""
)
UNRENDERED = """() => [...document.querySelectorAll(".math")]
  .filter(m => !m.querySelector("mjx-container svg") || m.querySelector("[data-mml-node=merror]"))
  .map(m => m.textContent)"""
SQUASHED = """() => [...document.querySelectorAll(".bd-article img")]
  .filter(i => i.clientWidth > 0 && i.naturalWidth > 0)
  .map(i => [i, i.clientHeight / i.clientWidth, i.naturalHeight / i.naturalWidth])
  .filter(([, shown, natural]) => Math.abs(shown / natural - 1) > 0.02)
  .map(([i]) => i.src)"""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
FLAGS += ("--disable-component-update", "--disable-sync")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("REQUIRE_BROWSER"),
        reason="Chromium is not installed; .ci/run installs it",
    ),
]


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep requests out of the test's output."""


def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def student_address(student_site: Path) -> Iterator[str]:
    yield from served(student_site)


@pytest.fixture(scope="module")
def instructor_address(instructor_site: Path) -> Iterator[str]:
    yield from served(instructor_site)


@pytest.fixture(scope="module")
def chromium() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


class Watched:
    """A browser page that notes console errors and requests that leave ``home``."""

    def __init__(self, browser: "sync_api.Browser", home: str, theme: str) -> None:
        context = browser.new_context(color_scheme=theme, viewport={"width": 1280, "height": 900})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = context.new_page()
        self.home = home
        self.problems: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", lambda request: self.problems.append(f"lost {request.url}"))

    def _console(self, message: "sync_api.ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: "sync_api.Request") -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.problems.append(f"request to {request.url}")

    def open(self, path: str) -> "sync_api.Page":
        self.page.goto(f"{self.home}/{path}")
        self.page.evaluate("() => window.MathJax && MathJax.startup && MathJax.startup.promise")
        return self.page


def documents(site: Path) -> list[str]:
    """Return the pages that are written by hand or from notebooks, and one source page."""
    found = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]
    kept = [name for name in found if not name.startswith(("_static/", "_modules/"))]
    return [*kept, "_modules/integrator_lib/task.html"]


def faults(page: "sync_api.Page") -> dict[str, object]:
    """Return what is wrong with an open page."""
    page.evaluate("() => document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function("() => [...document.images].every(i => i.complete)")
    page.evaluate(AXE)
    found = {
        "broken images": page.evaluate(BROKEN),
        "unrendered math": page.evaluate(UNRENDERED),
        "accessibility": page.evaluate(AUDIT),
    }
    page.set_viewport_size({"width": 390, "height": 844})
    if page.evaluate("() => document.documentElement.scrollWidth") > 390:
        found["wider than a phone"] = True
    found["squashed on a phone"] = page.evaluate(SQUASHED)
    page.set_viewport_size({"width": 1280, "height": 900})
    return {kind: what for kind, what in found.items() if what}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound(
    chromium: "sync_api.Browser", student_site: Path, student_address: str, theme: str
) -> None:
    watched = Watched(chromium, student_address, theme)
    wrong = {}
    for name in documents(student_site):
        page = watched.open(name)
        assert page.evaluate("() => document.documentElement.dataset.theme") == theme
        if found := faults(page):
            wrong[name] = found
    assert not wrong
    assert not watched.problems


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_the_instructor_alone_are_sound(
    chromium: "sync_api.Browser", instructor_site: Path, instructor_address: str, theme: str
) -> None:
    watched = Watched(chromium, instructor_address, theme)
    names = [n for n in documents(instructor_site) if "solutions" in n or "teaching" in n]
    assert len(names) >= 2
    wrong = {name: found for name in names if (found := faults(watched.open(name)))}
    assert not wrong
    assert not watched.problems


def test_pages_work_from_disk(chromium: "sync_api.Browser", student_site: Path) -> None:
    watched = Watched(chromium, student_site.as_uri(), "light")
    page = watched.open("notebooks/01_the_data.html")
    assert page.evaluate(UNRENDERED) == []
    assert page.evaluate(BROKEN) == []
    page = watched.open("search.html?q=eigenvalue")
    page.wait_for_selector("#search-results li a")
    assert not watched.problems


def test_search_finds_a_term(chromium: "sync_api.Browser", student_address: str) -> None:
    watched = Watched(chromium, student_address, "light")
    page = watched.open("index.html")
    assert page.locator(".search-button-field:visible").count() == 1
    page.keyboard.press("Control+k")
    page.locator(".bd-search input:visible").first.fill("fixed point")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
    assert "Glossary" in page.locator("#search-results").inner_text()


def test_theme_switch_changes_the_page(chromium: "sync_api.Browser", student_address: str) -> None:
    page = Watched(chromium, student_address, "light").open("index.html")
    seen = set()
    for _ in range(3):
        switch = page.locator("button.theme-switch-button:visible").first
        switch.click()
        choice = page.locator(".theme-switch-container .dropdown-item:visible, "
                              "[data-mode-choice]:visible")  # fmt: skip
        if choice.count():
            choice.nth(len(seen) % choice.count()).click()
        seen.add(page.evaluate("() => document.documentElement.dataset.theme"))
        seen.add(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
    assert {"light", "dark"} <= seen
    assert len(seen) == 4


def test_copy_button_copies_a_cell(chromium: "sync_api.Browser", student_address: str) -> None:
    page = Watched(chromium, student_address, "light").open("notebooks/01_the_data.html")
    cell = page.locator("div.cell_input div.highlight:visible").first
    cell.hover()
    cell.locator("button.copybtn").click()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.strip() == cell.locator("pre").inner_text().strip()


def test_keyboard_reaches_content_and_navigation(
    chromium: "sync_api.Browser", student_address: str
) -> None:
    page = Watched(chromium, student_address, "light").open("notebooks/01_the_data.html")
    reached = ""
    for _ in range(60):
        page.keyboard.press("Tab")
        reached += page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")
    for part in ("#main-content", "search-button", "theme-switch-button", "02_the_model.html"):
        assert part in reached


def test_search_finds_headings(chromium: "sync_api.Browser", student_site: Path) -> None:
    page = Watched(chromium, student_site.as_uri(), "light").open("search.html?q=baselines")
    page.wait_for_selector("#search-results li a[href*='#']")


def test_finished_chapters_are_ticked_and_kept(
    chromium: "sync_api.Browser", student_address: str
) -> None:
    watched = Watched(chromium, student_address, "light")
    page = watched.open("notebooks/02_the_model.html")
    box = page.get_by_role("checkbox", name="I have finished this chapter")
    ticks = page.locator(".bd-sidebar-primary a:has(.course-tick)")
    assert ticks.count() == 0
    box.focus()
    page.keyboard.press("Space")
    assert "02 The model" in ticks.inner_text()
    page = watched.open("index.html")
    assert "02 The model" in ticks.inner_text()
    page = watched.open("notebooks/02_the_model.html")
    assert box.is_checked()
    box.uncheck()
    assert ticks.count() == 0
    assert not watched.problems


def test_an_exercise_and_its_check_stand_in_one_box(
    chromium: "sync_api.Browser", student_address: str
) -> None:
    watched = Watched(chromium, student_address, "light")
    for chapter in ("01_the_data", "10_decisions"):
        page = watched.open(f"notebooks/{chapter}.html")
        boxes = page.get_by_role("region", name="Exercise")
        assert boxes.count() == page.locator(".cell.tag_exercise").count() >= 3
        for box in boxes.all():
            assert box.locator(".cell").count() == 2
            assert box.locator(":scope > p, :scope > ol").first.inner_text().startswith("Exercise")
            assert "not attempted" in box.inner_text()


def test_docstrings_of_listings_fold(chromium: "sync_api.Browser", student_address: str) -> None:
    page = Watched(chromium, student_address, "light").open("notebooks/04_evaluation.html")
    button = page.get_by_role("button", name="more of the docstring").first
    listing = page.locator("div.highlight-python:has(button.docstring-fold)").first
    assert "Args:" not in listing.inner_text()
    button.focus()
    page.keyboard.press("Enter")
    assert "Args:" in listing.inner_text()
    assert page.get_by_role("button", name="less of the docstring").count() == 1


def test_text_stands_in_a_column_that_is_easy_to_read(
    chromium: "sync_api.Browser", student_address: str
) -> None:
    page = Watched(chromium, student_address, "light").open("notebooks/01_the_data.html")
    characters = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll('.bd-article p')];
          const p = all.find(p => p.innerText.length > 300);
          const range = document.createRange();
          range.selectNodeContents(p);
          const lines = new Set([...range.getClientRects()].map(r => Math.round(r.bottom / 12)));
          return p.innerText.length / lines.size;
        }"""
    )
    assert 60 <= characters <= 85


def live(page: "sync_api.Page") -> int:
    """Return how many steps the front page's network has taken."""
    return page.evaluate("() => window.miniature.time")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_front_pages_network_follows_the_slider_and_keeps_the_sum(
    chromium: "sync_api.Browser", student_site: Path, motion: str
) -> None:
    page = chromium.new_page(reduced_motion=motion, viewport={"width": 1280, "height": 900})
    page.goto((student_site / "index.html").as_uri())
    started = live(page)
    page.wait_for_timeout(500)
    assert (live(page) == started) == (motion == "reduce")
    push = page.get_by_role("slider", name="Input")
    push.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert push.get_attribute("aria-valuetext") == "+0.05 in each step"
    page.wait_for_function("() => miniature.sum > 0.5")
    push.blur()
    held = page.evaluate("() => miniature.sum")
    page.wait_for_timeout(400)
    assert page.evaluate("() => miniature.sum") == held
    page.get_by_role("button", name="Pause").click()
    stopped = live(page)
    page.wait_for_timeout(300)
    assert live(page) == stopped
    page.close()


def test_the_front_pages_network_is_the_shipped_one(
    chromium: "sync_api.Browser", student_site: Path
) -> None:
    page = chromium.new_page(reduced_motion="reduce")
    page.goto((student_site / "index.html").as_uri())
    inputs, outputs = page.evaluate("() => [miniature.inputs, miniature.outputs]")
    assert np.ptp(np.cumsum(inputs)) > 1
    expected = predict(load_trained("rnn", 0), np.array(inputs, np.float32)[:, None, None])
    np.testing.assert_allclose(outputs, np.ravel(expected), atol=1e-4)
    page.close()


def test_the_front_pages_network_rests_out_of_sight(
    chromium: "sync_api.Browser", student_site: Path
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto((student_site / "index.html").as_uri())
    page.wait_for_function("() => miniature.time > 155")
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("() => miniature.away")
    rested = live(page)
    page.wait_for_timeout(400)
    assert live(page) == rested
    page.close()
