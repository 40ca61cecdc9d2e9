"""Schematic drawings as SVG: what no plot of numbers can show.

Each function returns a drawing, which a notebook shows and the site writes to a file.
"""

import math

from integrator_lib.plotting.sketch import INK, SOFT, Drawing, Point, Sketch
from integrator_lib.plotting.style import PALETTE

BLUE, ORANGE, GREEN = PALETTE[:3]


def unrolled_network() -> Drawing:
    """Draw a recurrent network, and the same network once a step."""
    sheet = Sketch(680, 260)
    sheet.circle((90, 130), 28, "h", colour=BLUE)
    sheet.arrow((90, 212), (90, 160))
    sheet.arrow((90, 100), (90, 52))
    sheet.loop((90, 130), 28, 0.0, colour=BLUE)
    for y, words in ((228, "input x"), (36, "output ŷ")):
        sheet.text((90, y), words)
    sheet.text((172, 130), "W", colour=BLUE)
    sheet.text((222, 130), "=", size=28)
    for k in range(4):
        x = 290 + 110 * k
        sheet.circle((x, 130), 28, f"h{'₁₂₃₄'[k]}", colour=BLUE)
        sheet.arrow((x, 212), (x, 160))
        sheet.arrow((x, 100), (x, 52))
        sheet.text((x, 228), f"x{'₁₂₃₄'[k]}")
        sheet.text((x, 36), f"ŷ{'₁₂₃₄'[k]}")
        if k:
            sheet.arrow((x - 80, 130), (x - 30, 130), colour=BLUE)
            sheet.text((x - 55, 116), "W", colour=BLUE)
    return sheet.finish(
        "unrolled_network",
        "Left, a recurrent network: input x, hidden state h with an arrow W back to itself, "
        "output. Right, the same unrolled in time: four states in a row, each with its own input "
        "and output, joined by arrows that all carry the same weights W.",
    )


def eye_integrator() -> Drawing:
    """Draw how pulses of eye velocity become a held eye position."""
    sheet = Sketch(680, 240)
    sheet.text((110, 28), "move!", colour=ORANGE)
    sheet.line([(20, 130), (60, 130), (60, 70), (80, 70), (80, 130), (140, 130), (140, 100),
                (160, 100), (160, 130), (200, 130)], colour=ORANGE, width=2.5)  # fmt: skip
    sheet.text((110, 165), "velocity commands")
    sheet.arrow((210, 110), (258, 110))
    sheet.circle((310, 110), 48, "integrator", colour=BLUE)
    sheet.loop((310, 110), 48, -math.pi / 2, colour=BLUE)
    sheet.text((352, 16), "keeps its sum", colour=BLUE, anchor="start")
    sheet.arrow((362, 110), (410, 110))
    sheet.line([(420, 150), (460, 150), (480, 90), (540, 90), (560, 60), (600, 60)], colour=GREEN,
               width=2.5)  # fmt: skip
    sheet.line([(480, 90), (540, 102), (560, 76), (600, 88)], colour=SOFT, dash="4 4")
    sheet.text((510, 165), "eye position, held")
    sheet.text((610, 60), "exact", colour=GREEN, anchor="start")
    sheet.text((610, 90), "leaky", colour=SOFT, anchor="start")
    sheet.text((340, 215), "A leak, and the eye drifts back to the middle.", colour=SOFT)
    return sheet.finish(
        "eye_integrator",
        "Two short pulses, commands to move the eye, enter an integrator that feeds back to "
        "itself. Out comes a staircase, the eye's position, held between the pulses. A dashed "
        "line shows a leaky integrator, whose position slides back.",
    )


def two_units() -> Drawing:
    """Draw the smallest exact integrator: two ReLU units that inhibit each other."""
    sheet = Sketch(680, 280)
    plus, minus = (300, 85), (300, 195)
    sheet.circle(plus, 30, "h₊", colour=BLUE)
    sheet.circle(minus, 30, "h₋", colour=ORANGE)
    sheet.loop(plus, 30, -math.pi / 2, colour=BLUE)
    sheet.loop(minus, 30, math.pi / 2, colour=ORANGE)
    sheet.text((346, 22), "+1", colour=BLUE)
    sheet.text((346, 262), "+1", colour=ORANGE)
    sheet.arrow((290, 118), (290, 160), colour=BLUE, inhibits=True)
    sheet.arrow((312, 162), (312, 120), colour=ORANGE, inhibits=True)
    sheet.text((268, 140), "−1", colour=BLUE)
    sheet.text((338, 140), "−1", colour=ORANGE)
    sheet.text((70, 140), "input x")
    sheet.arrow((112, 132), (264, 90))
    sheet.arrow((112, 148), (264, 192), inhibits=True)
    sheet.text((180, 96), "+1")
    sheet.text((180, 190), "−1")
    sheet.arrow((334, 88), (480, 130))
    sheet.arrow((334, 192), (480, 150), inhibits=True)
    sheet.text((490, 140), "sum = h₊ − h₋", anchor="start")
    return sheet.finish(
        "two_units",
        "Two units, h plus and h minus. Each excites itself with weight 1 and inhibits the other "
        "with weight minus 1. The input excites h plus and inhibits h minus. The output is h plus "
        "minus h minus: one unit holds positive sums, the other negative ones.",
    )


def line_attractor() -> Drawing:
    """Draw states that fall onto a line and stay, and inputs that move along it."""
    sheet = Sketch(680, 270)

    def on_line(share: float) -> Point:
        return 90 + 480 * share, 200 - 120 * share

    sheet.line([on_line(0), on_line(1)], colour=BLUE, width=7)
    for share, side in ((0.12, 1), (0.3, -1), (0.48, 1), (0.66, -1), (0.85, 1), (0.93, -1)):
        x, y = on_line(share)
        sheet.arrow((x - 14 * side, y - 62 * side), (x - 2 * side, y - 9 * side), colour=SOFT)
    for share in (0.2, 0.55):
        sheet.dot(on_line(share), 7, colour=GREEN)
    (x0, y0), (x1, y1) = on_line(0.22), on_line(0.53)
    sheet.arrow((x0, y0 - 12), (x1, y1 - 12), bend=0.16, colour=ORANGE)
    sheet.text((232, 66), "an input moves the state along", colour=ORANGE)
    sheet.text((580, 84), "sum = +2", colour=BLUE, anchor="start")
    sheet.text((84, 226), "sum = −2", colour=BLUE)
    sheet.text((430, 232), "without input every point of the line stays;", colour=INK)
    sheet.text((430, 254), "what is beside it falls back", colour=SOFT)
    return sheet.finish(
        "line_attractor",
        "A slanted line from sum minus 2 to sum plus 2. Arrows beside it point to it: states "
        "fall onto the line. Two dots on it stay where they are. A curved arrow shows an input "
        "that moves the state from one to the other.",
    )


def jacobian_modes() -> Drawing:
    """Draw what one step does to small pushes along two modes and across them."""
    sheet = Sketch(680, 270)
    for x, title in ((150, "a push"), (340, "one step later"), (530, "ten steps later")):
        sheet.text((x, 26), title)
    for x, fast in ((150, 1.0), (340, 0.4), (530, 0.0)):
        origin = (x - 50.0, 190.0)
        along = (origin[0] + 100, origin[1] - 40)
        across = (origin[0] - 24 * fast, origin[1] - 100 * fast)
        total = (along[0] + across[0] - origin[0], along[1] + across[1] - origin[1])
        if fast:
            sheet.line([along, total, across], colour=SOFT, width=1.2, dash="3 4")
            sheet.arrow(origin, across, colour=ORANGE)
            sheet.arrow(origin, total, colour=INK)
        sheet.arrow(origin, along, colour=BLUE)
        sheet.dot(origin, 4)
    sheet.text((140, 226), "eigenvalue 1: kept", colour=BLUE)
    sheet.text((140, 250), "eigenvalue 0.4: forgotten", colour=ORANGE)
    sheet.text((465, 238), "In the end only the first mode is left.", colour=INK)
    return sheet.finish(
        "jacobian_modes",
        "Three panels. A push is split into a part along a mode of eigenvalue 1 and a part along "
        "one of eigenvalue 0.4. One step later the first is unchanged and the second shrunk. Ten "
        "steps later only the first is left.",
    )


DRAWINGS = (unrolled_network, eye_integrator, two_units, line_attractor, jacobian_modes)
"""All drawings, in the order of the chapters."""
