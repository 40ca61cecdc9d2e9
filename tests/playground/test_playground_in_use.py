"""Using the playground: by keyboard and mouse, from an address, in both themes, on a phone."""

import json
import re
from pathlib import Path

import pytest

from integrator_lib import IntegratorTask, theory

VIEWS = ("drive", "train", "mend", "predict")
STEPS = 1000


def text(page, name):
    return page.locator(f"#pg-{name}").inner_text()


def wait_for(page, name, condition):
    page.wait_for_function(
        f"() => {{ const text = document.getElementById('pg-{name}').textContent;"
        f" return {condition}; }}"
    )


FOCUSABLE = """() => [...document.querySelectorAll('#pg-root :is(a, button, input, [tabindex])')]
  .filter(e => e.checkVisibility({contentVisibilityAuto: true}) && e.tabIndex >= 0)
  .filter(e => e.type !== 'radio' || e.checked)
  .map((e, k) => e.dataset.mark = String(k))"""


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_every_control_is_reached_with_the_tab_key(open_page, view):
    page = open_page(f"#view={view}")
    marks = page.evaluate(FOCUSABLE)
    assert len(marks) >= 8
    reached = []
    for _ in marks:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.mark"))
    assert reached == marks


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_sliders_and_choices_say_their_state_in_text(open_page, view):
    page = open_page(f"#view={view}&noise=0.001")
    controls = page.locator("#pg-root [data-control]:visible")
    assert controls.count() >= 2
    for control in controls.all():
        widget = control.locator("input:checked, input[type=range]")
        explained = control.locator("p").inner_text()
        assert len(explained) > 10
        if widget.get_attribute("type") == "range":
            widget.focus()
            page.keyboard.press("Home")
            first = control.locator("output").inner_text()
            page.keyboard.press("End")
            last = control.locator("output").inner_text()
            assert first != last == widget.get_attribute("aria-valuetext")
        else:
            label = control.locator("label:has(input:checked)").inner_text()
            widget.focus()
            page.keyboard.press("ArrowRight")
            last = control.locator("label:has(input:checked)").inner_text()
            assert label != last
        name = control.locator("legend, label").first.inner_text().split("\n")[0]
        status = page.locator("#pg-status").text_content()
        assert last in status and status.startswith(name.removesuffix(last).strip())


@pytest.mark.browser
def test_arrow_keys_move_between_tabs_and_units(open_page):
    page = open_page()
    page.get_by_role("tab", name="Drive").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tabpanel").get_attribute("id") == "pg-mend"
    units = page.get_by_role("group", name=re.compile("Hidden units")).get_by_role("button")
    units.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert units.nth(11).get_attribute("aria-pressed") == "true"
    assert "1 of 100 units are cut" in page.locator("#pg-status").text_content()
    assert "units cut: 1" in text(page, "condition")


@pytest.mark.browser
def test_the_input_is_drawn_with_keys_and_with_the_mouse(open_page):
    page = open_page("#input=U100")
    pen = page.get_by_role("slider", name="Input")
    pen.focus()
    for key in ("Home", "ArrowUp", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert "column 3 of 100: input +0.02; true sum then +0.06" in pen.get_attribute(
        "aria-valuetext"
    )
    assert page.url.endswith("#input=W3U97")
    assert "Step 3 of 100: true sum +0.06, network +0.06" in text(page, "now")
    box = pen.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.25 * box["height"], steps=5)
    page.mouse.up()
    assert not page.url.endswith("#input=W3U97")
    assert re.search(r"true sum \+[1-9]|true sum \+0\.[3-9]", text(page, "now"))
    page.get_by_role("button", name="Clear the input").click()
    assert page.url.endswith("#input=U100")


@pytest.mark.browser
def test_every_preset_opens_what_its_address_says(open_page):
    for view in VIEWS:
        page = open_page(f"#view={view}")
        links = page.locator("#pg-presets a")
        assert links.count() >= 4
        for k in range(links.count()):
            address = links.nth(k).get_attribute("href")
            links.nth(k).click()
            assert text(page, "refused") == ""
            asked = dict(part.split("=") for part in address[1:].split("&") if part)
            landed = dict(part.split("=") for part in page.url.partition("#")[2].split("&") if part)
            assert landed.items() >= asked.items() - {("view", "drive")}
            assert page.get_by_role("tabpanel").get_attribute("id") == f"pg-{view}"


@pytest.mark.browser
def test_an_address_opens_the_same_situation_and_reset_closes_it(open_page):
    address = "#view=mend&net=rnn_short+0&noise=0.003&draw=4&bits=12&cut=3,14&mend=gain"
    first = open_page(address)
    wait_for(first, "verdict", "!text.includes('measuring')")
    verdict = text(first, "verdict")
    assert "mended" in verdict
    first.locator("[data-control=bits] input").focus()
    first.keyboard.press("ArrowRight")
    assert "bits=16" in first.url
    first.keyboard.press("ArrowLeft")
    second = open_page("#" + first.url.partition("#")[2])
    wait_for(second, "verdict", "!text.includes('measuring')")
    assert text(second, "verdict") == verdict
    second.get_by_role("button", name="Reset").click()
    assert "#" not in second.url
    assert second.get_by_role("tabpanel").get_attribute("id") == "pg-drive"


@pytest.mark.browser
def test_what_an_address_does_not_mean_is_named_and_left_out(open_page):
    page = open_page("#view=mend&bits=99&cut=7,100&input=Z3&who=me&toString=1")
    for part in ("bits=99", "cut=7,100", "input=Z3", "who=me", "toString=1"):
        assert part in text(page, "refused")
    assert "32 bits" in text(page, "mend")


@pytest.mark.browser
def test_a_network_trained_in_the_page_can_be_driven_and_sent(open_page):
    page = open_page("#view=train&trained=300")
    page.wait_for_function(
        "document.getElementById('pg-training').textContent.startsWith('Step 300')"
    )
    page.get_by_role("button", name="Drive it").click()
    now = text(page, "whole")
    again = open_page("#" + page.url.partition("#")[2])
    wait_for(again, "whole", "text !== ''")
    assert text(again, "whole") == now
    assert "yours" in text(again, "nets")


@pytest.mark.browser
def test_the_guess_is_judged_beside_the_formula(open_page):
    page = open_page("#view=predict&net=leaky&guess=0.01")
    assert "measured" in text(page, "judgement") and "off by" not in text(page, "judgement")
    page.get_by_role("button", name=re.compile("Run 100 trials")).click()
    wait_for(page, "judgement", "text.includes('off by')")
    found = re.search(r"measured is ([\d.]+).*by a factor of ([\d.]+)\. The formula.* ([\d.]+)\.",
                      text(page, "judgement"))  # fmt: skip
    measured, yours, formula = map(float, found.groups())
    task = IntegratorTask(num_steps=STEPS)
    expected = theory.leaky_mse(task, 0.02) / theory.mean_squared_target(task)
    assert measured == pytest.approx(expected, rel=0.05)
    assert yours == pytest.approx(measured / 0.01, rel=0.1)
    assert formula < 1.1


@pytest.mark.browser
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_by_itself_where_less_motion_is_asked_for(open_page, motion):
    page = open_page(reduced_motion=motion)
    first = text(page, "now")
    page.wait_for_timeout(700)
    assert (text(page, "now") == first) == (motion == "reduce")
    if motion == "reduce":
        page.get_by_role("button", name="Play").click()
        later = text(page, "now")
        assert later != first
        page.wait_for_timeout(300)
        assert text(page, "now") == later
    else:
        page.get_by_role("button", name="Pause").click()
        held = text(page, "now")
        page.wait_for_timeout(300)
        assert text(page, "now") == held


HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.mark.browser
def test_a_hidden_tab_does_not_compute(open_page):
    page = open_page("#view=train&units=32", reduced_motion="no-preference")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(
        "!document.getElementById('pg-training').textContent.startsWith('Step 0 ')"
    )
    page.evaluate(HIDE, True)
    page.wait_for_timeout(100)
    held = text(page, "training")
    page.wait_for_timeout(500)
    assert text(page, "training") == held and not held.startswith("Step 1500")
    page.evaluate(HIDE, False)
    wait_for(page, "training", f"text !== {json.dumps(held)}")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_and_a_phone_need_not_scroll_sideways(open_page, view, scheme):
    axe = (Path(__file__).parents[1] / "site" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
    page = open_page(f"#view={view}&noise=0.001&mend=gain", color_scheme=scheme)
    page.wait_for_timeout(300)
    assert page.locator("#pg-root").get_attribute("data-shade") == scheme
    page.evaluate(axe)
    found = page.evaluate(
        """async () => (await axe.run({resultTypes: ["violations"]})).violations
          .map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 150))])"""
    )
    # The page's only heading is the site's; a file of its own has none.
    assert [entry for entry in found if entry[0] != "page-has-heading-one"] == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
