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


def wait_until(condition, seconds=60):
    """Wait for a condition, or fail."""
    for _ in range(2 * seconds):
        if condition():
            return
        time.sleep(0.5)
    raise TimeoutError(f"not within {seconds} s")


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


def test_chapter_one_opens_and_every_cell_runs(lab):
    from playwright.sync_api import sync_playwright

    address, work = lab
    chapter = work / "01_the_data.ipynb"
    before = json.loads(chapter.read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{address}/lab/tree/{chapter.name}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        # The kernel must be up before cells are sent to it.
        page.wait_for_selector("[title*='Idle'], .jp-Notebook-ExecutionIndicator[data-status=idle]")
        page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); 0")
        page.evaluate(
            "window.jupyterapp.commands.execute('notebook:run-all-cells')"
            ".then(() => { window.allCellsRan = true; }); 0"
        )
        page.wait_for_function("window.allCellsRan")
        after = page.evaluate("window.jupyterapp.shell.currentWidget.content.model.toJSON()")
        browser.close()
    cells = [cell for cell in after["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == len([c for c in before["cells"] if c["cell_type"] == "code"])
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 3
    assert not [o for o in outputs if o["output_type"] == "error"]
    assert sorted(cell["execution_count"] for cell in cells) == list(range(1, len(cells) + 1))
