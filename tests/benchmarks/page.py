"""Seconds in the playground's page, in Chromium: training until the network has learnt."""

import shutil

from benchmarks.measure import Measurement, Table
from integrator_lib.course import playground

LEARNT = 1e-4
"""Relative error on new trials."""
TRAIN = """([units, seed]) => {
  const options = {units, seed, rate: 0.01, clip: 1, l2: 0, length: 25};
  const begin = performance.now();
  const {errors} = playground.train(options, 1500);
  const step = 10 * (errors.findIndex((error) => error < LEARNT) + 1);
  return [(performance.now() - begin) / 1000 * (step / 1500), step];
}""".replace("LEARNT", str(LEARNT))


def measure(repeats: int) -> list[Table]:
    """Measure one seed a repeat."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.set_content(playground.page())
        page.wait_for_function("() => window.playground")
        rows = []
        for units in (16, 32):
            runs = [page.evaluate(TRAIN, [units, seed]) for seed in range(1, repeats + 1)]
            rows.append(Measurement(f"{units} units", "s", [seconds for seconds, _ in runs]))
            rows.append(Measurement(f"{units} units", "steps", [step for _, step in runs]))
        browser.close()
    note = f"Until the relative error on new trials is below {LEARNT:g}; one seed a repeat."
    return [Table("playground, seconds and steps until it has learnt", tuple(rows), (note,))]
