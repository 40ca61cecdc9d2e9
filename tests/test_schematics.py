"""Schematic drawings are whole, stay on their sheet and say what they show."""

import re
from xml.etree import ElementTree

import pytest

from integrator_lib.plotting import DRAWINGS

SVG = "{http://www.w3.org/2000/svg}"
WIDE = 0.62
"""Width of a letter over its size, in a wide face."""


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_drawing_is_whole_and_says_what_it_shows(draw):
    drawing = draw()
    root = ElementTree.fromstring(drawing.svg)
    assert drawing.name == draw.__name__
    assert root.get("role") == "img" and root.get("aria-label") == drawing.alt == repr(drawing)
    assert len(drawing.alt) > 80
    assert drawing._repr_svg_() == draw().svg
    assert len(drawing.svg.encode()) < 10_000


@pytest.mark.parametrize("draw", DRAWINGS)
def test_nothing_leaves_the_sheet_and_no_two_texts_overlap(draw):
    root = ElementTree.fromstring(draw().svg)
    width, height = (float(root.get(side)) for side in ("width", "height"))
    boxes = []
    for text in root.iter(f"{SVG}text"):
        if not text.text:
            continue
        size, x, y = (float(text.get(key)) for key in ("font-size", "x", "y"))
        length = WIDE * size * len(text.text)
        left = x - length * {"middle": 0.5, "start": 0, "end": 1}[text.get("text-anchor")]
        boxes.append((left, y - size, left + length, y + 0.2 * size, text.text))
    for left, top, right, bottom, words in boxes:
        assert left >= 0 and right <= width and top >= 0 and bottom <= height, words
    for k, one in enumerate(boxes):
        for other in boxes[:k]:
            apart = one[2] <= other[0] or other[2] <= one[0]
            assert apart or one[3] <= other[1] or other[3] <= one[1], (one[4], other[4])
    for line in root.iter(f"{SVG}polyline"):
        points = [float(value) for value in re.findall(r"-?[\d.]+", line.get("points"))]
        assert min(points) >= 0 and max(points[::2]) <= width and max(points[1::2]) <= height
