"""Training in the playground's page, in Chromium, until the network has learnt."""

import math
import shutil

from benchmarks.measure import Measurement, Table
from integrator_lib.course import playground

LEARNT = 1e-4
"""Relative error on new trials."""
STEPS = 1500
TRAIN = """([units, seed]) => {
  const options = {units, seed, rate: 0.01, clip: 1, l2: 0, length: 25};
  const begin = performance.now();
  const {errors} = playground.train(options, STEPS);
  const seconds = (performance.now() - begin) / 1000;
  return [seconds, 10 * (errors.findIndex((error) => error < LEARNT) + 1)];
}""".replace("LEARNT", str(LEARNT)).replace("STEPS", str(STEPS))


def measure(repeats: int) -> list[Table]:
    """Measure one seed a repeat; infinite where a network does not learn."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.set_content(playground.page())
        page.wait_for_function("() => window.playground")
        found: dict[int, list[tuple[float, float]]] = {16: [], 32: []}
        for seed in range(1, repeats + 1):
            for units, runs in found.items():
                seconds, step = page.evaluate(TRAIN, [units, seed])
                runs.append((seconds * step / STEPS, step) if step else (math.inf, math.inf))
        browser.close()
    by_unit = {units: tuple(zip(*runs, strict=True)) for units, runs in found.items()}
    note = f"Until the relative error on new trials is below {LEARNT:g}; one seed a repeat."
    return [
        Table(
            f"playground, {unit} until it has learnt",
            tuple(Measurement(f"{n} units", unit, each[k]) for n, each in by_unit.items()),
            (note,),
        )
        for k, unit in enumerate(("seconds", "steps"))
    ]
