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
    """Start JupyterLab as the README does; yield its address and the student's folder."""
    work = tmp_path / "work"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "integrator_lib.course.lab", ROOT / "notebooks", work,
               "--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=",
               "--ServerApp.ip=127.0.0.1", "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(address))
        yield address, work
    finally:
        server.terminate()
        server.wait(timeout=20)


TERMINAL = "window.jupyterapp.shell.currentWidget?.content?.session"
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


@pytest.fixture
def page(lab):
    """Open chapter 01 in JupyterLab; yield the page."""
    from playwright.sync_api import sync_playwright

    address, _ = lab
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{address}/lab/tree/01_the_data.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        yield page
        browser.close()


def figures(cells):
    """Return how many outputs of the cells are pictures."""
    outputs = [output for cell in cells for output in cell["outputs"]]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_chapter_one_opens_and_every_cell_runs(lab, page):
    _, work = lab
    chapter = work / "01_the_data.ipynb"
    before = json.loads(chapter.read_text())
    wait_until(lambda: page.evaluate(CONNECTED))
    # Neither command is waited for: a promise kept by the page says nothing about the cells.
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); 0")
    wait_until(lambda: not any(c["execution_count"] for c in page.evaluate(CELLS)["cells"]))
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells'); 0")
    cells = wait_for_all_cells(page)
    stored = [cell for cell in before["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == len(stored)
    assert figures(cells) == figures(stored) > 0
    assert not [o for cell in cells for o in cell["outputs"] if o["output_type"] == "error"]
    assert sorted(cell["execution_count"] for cell in cells) == list(range(1, len(cells) + 1))


def test_terminal_finds_the_course(lab, page):
    _, work = lab
    command = "python -m integrator_lib.course.check_env > said.txt 2>&1; echo $? > status.txt"
    # Not waited for either: the browser may lose the promise of a terminal, too.
    page.evaluate("window.jupyterapp.commands.execute('terminal:create-new'); 0")
    wait_until(lambda: page.evaluate(f"{TERMINAL}?.connectionStatus") == "connected")
    page.evaluate(
        f"command => {TERMINAL}.send({{type: 'stdin', content: [command + '\\r']}})", command
    )
    status = work / "status.txt"
    wait_until(lambda: status.exists() and status.read_text())
    assert (work / "said.txt").read_text().endswith("Everything works.\n")
    assert status.read_text() == "0\n"
