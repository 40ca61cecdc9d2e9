"""The playground as a file of its own, in Chromium."""

import os
import shutil

import pytest

from integrator_lib.course import playground

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("playground") / "playground.html"
    path.write_text(playground.page(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None and not os.environ.get("REQUIRE_BROWSER"):
        pytest.skip("Chromium is not installed; set REQUIRE_BROWSER=1 to make this an error")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, file):
    """Open the page at an address; at the end, demand that it asked for nothing else."""
    opened = []

    def open_at(address="", **options):
        context = chromium.new_context(**{"reduced_motion": "reduce", **options})
        page = context.new_page()
        page.requested, page.failed = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.failed.append(str(error)))
        page.on("console", lambda m: m.type in ("error", "warning") and page.failed.append(m.text))
        page.goto(file.as_uri() + address)
        opened.append(page)
        return page

    yield open_at
    for page in opened:
        assert page.failed == []
        assert all(url.startswith(file.as_uri()) for url in page.requested)
        page.context.close()
