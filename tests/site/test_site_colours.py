"""Series colours are told apart by everyone, in both themes."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from book.builder.chapters import REPOSITORY
from integrator_lib.plotting import PALETTE
from tests.site import colours

CSS = (REPOSITORY / "book" / "static" / "course.css").read_text(encoding="utf-8")
WHITE = np.ones(3)
# A distance of 2.3 is just noticeable (Mahy, Van Eycken and Oosterlinck, 1994); four times that
# is plain for thin lines, which in the course differ in style as well.
LEAST_DISTANCE = 4 * 2.3
# WCAG 2.1, criterion 1.4.11, for graphical objects.
LEAST_CONTRAST = 3.0


def shown(theme: str) -> tuple[list[np.ndarray], np.ndarray]:
    """Return series colours and background as a theme shows them."""
    series = [colours.from_hex(colour) for colour in PALETTE]
    if theme == "light":
        return series, WHITE
    return [colours.in_the_dark_theme(c, CSS) for c in series], colours.in_the_dark_theme(
        WHITE, CSS
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", [None, *colours.DEFICIENCIES])
def test_every_two_series_colours_are_told_apart(theme: str, deficiency: str | None) -> None:
    series, _ = shown(theme)
    if deficiency:
        series = [colours.seen_with(c, deficiency) for c in series]
    close = {
        (PALETTE[i], PALETTE[j]): colours.distance(series[i], series[j])
        for i, j in itertools.combinations(range(len(series)), 2)
    }
    assert min(close.values()) >= LEAST_DISTANCE, min(close.items(), key=lambda item: item[1])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_series_colours_stand_out_from_the_background(theme: str) -> None:
    series, background = shown(theme)
    ratios = {
        name: colours.contrast(c, background) for name, c in zip(PALETTE, series, strict=True)
    }
    assert min(ratios.values()) >= LEAST_CONTRAST, ratios


def test_red_and_green_of_one_lightness_are_confused() -> None:
    red, green = colours.from_hex("#c04000"), colours.from_hex("#6e6e00")
    pair = [colours.seen_with(colour, "deuteranopia") for colour in (red, green)]
    assert colours.distance(*pair) < colours.distance(red, green) / 3


def test_text_of_a_figure_is_readable_in_the_dark_theme() -> None:
    text = colours.in_the_dark_theme(np.zeros(3), CSS)
    assert colours.contrast(text, colours.in_the_dark_theme(WHITE, CSS)) >= 7


def test_the_style_sheet_asks_for_nothing_from_elsewhere() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert Path("static/course.css").name in (REPOSITORY / "book" / "_config.yml").read_text(
        encoding="utf-8"
    )
