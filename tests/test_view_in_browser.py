"""The view in three dimensions: its HTML, and turning it in Chromium from a file."""

import os
import re
import shutil

import numpy as np
import pytest

from integrator_lib.plotting import rotatable_html

CHROMIUM = shutil.which("chromium")
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

in_browser = pytest.mark.skipif(
    CHROMIUM is None and not REQUIRED,
    reason="Chromium is not installed; set REQUIRE_BROWSER=1 to make this an error",
)


def view():
    turn = np.linspace(0, 3, 30)
    points = np.stack([np.cos(turn), np.sin(turn), turn], axis=1)
    trails = points[:, None] + 0.1
    return rotatable_html(trails, points, turn - 1.5, 'a "spiral" & a trial', "spiral")


def test_the_html_is_whole_the_same_each_time_and_needs_no_network():
    page = view()
    assert page == view()
    assert page.count("<circle") == 30 and page.count("<polyline") == 1 + 3
    assert not re.search(r"https?:|src=|href=|import|fetch", page)
    assert "Run this cell to activate" in page
    assert 'aria-label="a &quot;spiral&quot; &amp; a trial"' in page


def test_the_first_view_is_drawn_without_a_script():
    positions = re.findall(r'<circle data-p="\S+" cx="(\S+)" cy="(\S+)"', view())
    assert len(set(positions)) == 30
    assert np.abs(np.array(positions, float)).max() < 100


def test_low_zero_and_high_values_have_their_colours():
    points = np.eye(3)
    page = rotatable_html(points[:, None], points, np.array([-2.0, 0.0, 2.0]), "three", "three")
    assert re.findall(r'fill="(#\w+)"', page) == ["#0072b2", "#888888", "#d55e00"]


def test_flat_data_is_drawn_and_bad_data_is_refused():
    assert "NaN" not in rotatable_html(np.zeros((2, 1, 3)), np.zeros((1, 3)), [0.0], "flat")
    with pytest.raises(ValueError, match=r"points must have shape \(any, 3\)"):
        rotatable_html(np.zeros((2, 1, 3)), np.zeros((1, 2)), [0.0], "x")
    with pytest.raises(ValueError, match=r"values must have shape \(1\)"):
        rotatable_html(np.zeros((2, 1, 3)), np.zeros((1, 3)), [0.0, 1.0], "x")


@pytest.fixture
def page(tmp_path):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "view.html"
    file.write_text(f'<!doctype html><html lang="en"><body>{view()}</body></html>')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page()
        opened.requested, opened.failed = [], []
        opened.on("request", lambda request: opened.requested.append(request.url))
        opened.on("pageerror", lambda error: opened.failed.append(str(error)))
        opened.goto(file.as_uri())
        yield opened
        assert opened.requested == [file.as_uri()] and opened.failed == []
        browser.close()


def places(page):
    return page.evaluate(
        "[...document.querySelectorAll('circle')].map(c => [c.getAttribute('cx'), "
        "c.getAttribute('cy')].map(Number))"
    )


@pytest.mark.browser
@in_browser
def test_script_and_first_drawing_agree(page):
    drawn = re.findall(r'<circle data-p="\S+" cx="(\S+)" cy="(\S+)"', view())
    # Both are rounded to 0.1; a tie may go either way.
    np.testing.assert_allclose(places(page), np.array(drawn, float), atol=0.1001)


@pytest.mark.browser
@in_browser
def test_arrow_keys_buttons_and_mouse_turn_the_view_and_back(page):
    first = places(page)
    status = page.get_by_role("status")
    assert "Turned by 30 degrees, tilted by 20." in status.inner_text()
    svg = page.get_by_role("img", name='a "spiral" & a trial')
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "svg"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert "Turned by 45 degrees, tilted by 35." in status.inner_text()
    assert places(page) != first
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="turn up").click()
    assert places(page) == first
    box = svg.bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 50)
    page.mouse.up()
    assert "Turned by 50 degrees" in status.inner_text()


@pytest.mark.browser
@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_in_either_scheme(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.add_style_tag(content="@media (prefers-color-scheme: dark) {body {background: #111}}")
    colours = page.evaluate(
        "(() => { const s = getComputedStyle(document.getElementById('spiral'));"
        " return [s.color, s.backgroundColor]; })()"
    )
    assert colours == ["rgb(34, 34, 34)", "rgb(255, 255, 255)"]
