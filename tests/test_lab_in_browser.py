"""JupyterLab in a real browser: chapter 01 opens from the student's copy and runs."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from integrator_lib.course.student_copies import copy_missing

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium")
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED,
        reason="Chromium is not installed; set REQUIRE_BROWSER=1 to make this an error",
    ),
]


PATIENCE = 180
"""Seconds in which something must move; far more than a busy machine takes, to end a dead run."""


def wait_until(condition):
    """Wait for a condition, or fail."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {PATIENCE} s")
        time.sleep(0.5)


def answers(address):
    try:
        urllib.request.urlopen(f"{address}/api", timeout=2)
    except OSError:
        return False
    return True


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab on copies of the chapters; yield its address and the folder."""
    work = tmp_path / "work"
    copy_missing(ROOT / "notebooks", work)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
               f"--port={port}", "--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1",
               "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    server = subprocess.Popen(
        command, cwd=work, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(address))
        yield address, work
    finally:
        server.terminate()
        server.wait(timeout=20)


CONNECTED = """async () => {
    const notebook = window.jupyterapp.shell.currentWidget;
    await notebook.revealed;
    await notebook.context.ready;
    await notebook.sessionContext.ready;
    const kernel = notebook.sessionContext.session.kernel;
    await kernel.info;
    return kernel.connectionStatus === "connected" && kernel.status === "idle";
}"""
"""Whether the notebook's own session can take cells. The page's *Idle* shows before it can."""

CELLS = """() => {
    const notebook = window.jupyterapp.shell.currentWidget;
    const cells = notebook.content.model.toJSON().cells.filter(c => c.cell_type === "code");
    return {cells, busy: notebook.sessionContext.session.kernel.status !== "idle"};
}"""
"""The code cells as they are now, and whether the kernel is at work."""


def wait_for_all_cells(page):
    """Return the code cells once each has run; fail when nothing moves any more."""
    seen, moved = None, time.monotonic()
    while time.monotonic() - moved < PATIENCE:
        now = page.evaluate(CELLS)
        if not now["busy"] and all(cell["execution_count"] for cell in now["cells"]):
            return now["cells"]
        if now != seen:
            seen, moved = now, time.monotonic()
        time.sleep(0.5)
    counts = [cell["execution_count"] for cell in seen["cells"]]
    raise TimeoutError(f"nothing moved for {PATIENCE} s: counts {counts}, busy {seen['busy']}")


def test_chapter_one_opens_and_every_cell_runs(lab):
    from playwright.sync_api import sync_playwright

    address, work = lab
    chapter = work / "01_the_data.ipynb"
    before = json.loads(chapter.read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{address}/lab/tree/{chapter.name}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        wait_until(lambda: page.evaluate(CONNECTED))
        # Neither command is waited for: a promise kept by the page says nothing about the cells.
        page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); 0")
        wait_until(lambda: not any(c["execution_count"] for c in page.evaluate(CELLS)["cells"]))
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells'); 0")
        cells = wait_for_all_cells(page)
        browser.close()
    assert len(cells) == len([c for c in before["cells"] if c["cell_type"] == "code"])
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 3
    assert not [o for o in outputs if o["output_type"] == "error"]
    assert sorted(cell["execution_count"] for cell in cells) == list(range(1, len(cells) + 1))
