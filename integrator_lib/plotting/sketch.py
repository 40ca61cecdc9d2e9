"""A sheet to draw on, and the SVG drawing that comes of it."""

import dataclasses
import html
import math
from collections.abc import Sequence

INK, SOFT = "#222222", "#767676"
Point = tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Drawing:
    """An SVG drawing.

    Attributes:
        name: Name of its file.
        alt: What it shows, in words.
        svg: The SVG.
    """

    name: str
    alt: str
    svg: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_svg_(self) -> str:
        return self.svg


class Sketch:
    """A sheet on which the drawings below are made, ``width`` by ``height``."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.parts: list[str] = []

    def text(
        self, at: Point, words: str, *, size: int = 15, colour: str = INK, anchor: str = "middle"
    ) -> None:
        """Write words, centred on a point or beginning (``start``) or ending there (``end``)."""
        x, y = at
        self.parts.append(
            f'<text x="{x:g}" y="{y + size / 3:g}" font-size="{size}" fill="{colour}" '
            f'text-anchor="{anchor}">{html.escape(words)}</text>'
        )

    def circle(self, at: Point, radius: float, words: str = "", *, colour: str = INK) -> None:
        """Draw a circle with words in it."""
        x, y = at
        self.parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="#ffffff" stroke="{colour}" '
            'stroke-width="2.5"/>'
        )
        self.text(at, words, colour=colour)

    def dot(self, at: Point, radius: float = 6, *, colour: str = INK) -> None:
        """Draw a filled dot."""
        self.parts.append(f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r="{radius:g}" fill="{colour}"/>')

    def line(
        self, points: Sequence[Point], *, colour: str = INK, width: float = 2, dash: str = ""
    ) -> None:
        """Draw a line through points."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="{width:g}" stroke-linecap="round"{dashed}/>'
        )

    def arrow(
        self,
        start: Point,
        end: Point,
        *,
        bend: float = 0,
        colour: str = INK,
        inhibits: bool = False,
    ) -> None:
        """Draw an arrow that bends to its left; one that inhibits ends in a bar."""
        (x0, y0), (x1, y1) = start, end
        middle = ((x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0))
        self.parts.append(
            f'<path d="M{x0:g} {y0:g}Q{middle[0]:g} {middle[1]:g} {x1:g} {y1:g}" '
            f'fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        angle = math.atan2(y1 - middle[1], x1 - middle[0])
        turns, length = ((math.pi / 2, -math.pi / 2), 8) if inhibits else ((2.7, -2.7), 11)
        tip = [
            (x1 + length * math.cos(angle + turn), y1 + length * math.sin(angle + turn))
            for turn in turns
        ]
        ends = [tip[0], (x1, y1), tip[1]]
        self.line([(round(x, 1), round(y, 1)) for x, y in ends], colour=colour, width=2.5)

    def loop(self, at: Point, radius: float, towards: float, *, colour: str = INK) -> None:
        """Draw an arrow from a circle back to itself, on the side of an angle in radians."""

        def beside(turn: float, distance: float) -> Point:
            angle = towards + turn
            return (
                round(at[0] + distance * math.cos(angle), 1),
                round(at[1] + distance * math.sin(angle), 1),
            )

        (x0, y0), (x1, y1) = beside(-0.45, radius + 2), beside(0.45, radius + 4)
        (ax, ay), (bx, by) = beside(-0.6, 2.6 * radius), beside(0.6, 2.6 * radius)
        self.parts.append(
            f'<path d="M{x0:g} {y0:g}C{ax:g} {ay:g} {bx:g} {by:g} {x1:g} {y1:g}" '
            f'fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        back = (round(x1 + 0.15 * (bx - x1), 1), round(y1 + 0.15 * (by - y1), 1))
        self.arrow(back, (x1, y1), colour=colour)

    def finish(self, name: str, alt: str) -> Drawing:
        """Return the drawing."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" '
            f'aria-label="{html.escape(alt)}" font-family="sans-serif">'
        )
        ground = f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>'
        return Drawing(name, alt, "\n".join([head, ground, *self.parts, "</svg>"]) + "\n")
