"""A view in three dimensions that a reader can turn, in one piece of HTML without a network."""

import html
from string import Template
from typing import Any

import numpy as np

from integrator_lib._arguments import finite_array
from integrator_lib.plotting.style import PALETTE

# The card keeps its own light ground, as the course's figures do, in either theme.
_PAGE = Template("""<style>
#$id{background:#fff;color:#222;max-width:460px;padding:8px;border-radius:6px;font:14px sans-serif}
#$id svg{width:100%;height:auto;touch-action:none;cursor:grab}
#$id svg:focus-visible,#$id button:focus-visible{outline:3px solid #0072B2;outline-offset:2px}
#$id button{min-width:44px;min-height:32px;background:#eee;color:#222;border:1px solid #767676}
#$id text{fill:#222;font:5px sans-serif}
#$id polyline{fill:none;stroke:#767676;stroke-width:.5}
</style>
<div id="$id" role="group" aria-label="$label">
<svg viewBox="-100 -80 200 160" tabindex="0" role="img" aria-label="$label">
$drawing
</svg>
<div class="turns" hidden>
<button type="button" data-turn="-15,0" aria-label="turn left">&#9664;</button>
<button type="button" data-turn="15,0" aria-label="turn right">&#9654;</button>
<button type="button" data-turn="0,-15" aria-label="turn up">&#9650;</button>
<button type="button" data-turn="0,15" aria-label="turn down">&#9660;</button>
</div>
<p role="status">Run this cell to activate the view.</p>
</div>
<script>
(() => {
  const root = document.getElementById("$id"), svg = root.querySelector("svg");
  const say = root.querySelector("[role=status]");
  let yaw = $yaw, pitch = $pitch;
  const shapes = [...svg.querySelectorAll("[data-p]")].map(
    (el) => [el, el.dataset.p.split(" ").map((p) => p.split(",").map(Number))]);
  const flat = ([x, y, z]) => {
    const a = yaw * Math.PI / 180, b = pitch * Math.PI / 180;
    const depth = z * Math.cos(a) - x * Math.sin(a);
    return [x * Math.cos(a) + z * Math.sin(a), -y * Math.cos(b) + depth * Math.sin(b)]
      .map((v) => v.toFixed(1));
  };
  const draw = () => {
    for (const [el, points] of shapes) {
      const at = points.map(flat);
      if (el.tagName === "polyline") el.setAttribute("points", at.map((p) => p.join()).join(" "));
      else {
        el.setAttribute(el.tagName === "text" ? "x" : "cx", at[0][0]);
        el.setAttribute(el.tagName === "text" ? "y" : "cy", at[0][1]);
      }
    }
    say.textContent = "Drag, use the buttons, or focus the figure and use the arrow keys. " +
      `Turned by $${Math.round(yaw)} degrees, tilted by $${Math.round(pitch)}.`;
  };
  const turn = (dx, dy) => {
    yaw = (yaw + dx) % 360;
    pitch = Math.max(-90, Math.min(90, pitch + dy));
    draw();
  };
  const keys = {ArrowLeft: [-15, 0], ArrowRight: [15, 0], ArrowUp: [0, -15], ArrowDown: [0, 15]};
  svg.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    turn(...keys[event.key]);
  });
  for (const button of root.querySelectorAll("button"))
    button.addEventListener("click", () => turn(...button.dataset.turn.split(",").map(Number)));
  svg.addEventListener("pointerdown", (event) => svg.setPointerCapture(event.pointerId));
  svg.addEventListener("pointermove", (event) => {
    if (event.buttons) turn(event.movementX / 2, event.movementY / 2);
  });
  root.querySelector(".turns").hidden = false;
  draw();
})();
</script>""")
_YAW, _PITCH = 30.0, 20.0
_HALF = 45


def rotatable_html(
    trails: Any, points: Any, values: Any, label: str, identifier: str = "attractor"
) -> str:
    """Return a view of trials and coloured points in three dimensions, turned by mouse or keys.

    Each axis is stretched to the same length. The HTML holds its own script and data and
    draws its first view without any script, so that it works from a file as well.

    Args:
        trails: Trials' coordinates, ``(time, batch, 3)``.
        points: Points' coordinates, ``(number, 3)``.
        values: A value of each point, ``(number,)``: orange for high, blue for low.
        label: What the view shows, for readers who cannot see it.
        identifier: The element's id, one a page.

    Returns:
        HTML, for ``IPython.display.HTML``.

    Raises:
        ValueError: If a shape is not as described or an entry is not finite.
    """
    trails = np.asarray(finite_array("trails", trails, (None, None, 3)), np.float64)
    points = np.asarray(finite_array("points", points, (None, 3)), np.float64)
    values = np.asarray(finite_array("values", values, (len(points),)), np.float64)
    everything = np.concatenate([trails.reshape(-1, 3), points])
    low, high = everything.min(axis=0), everything.max(axis=0)
    length = np.where(high > low, high - low, 1.0)

    def place(coordinates: np.ndarray) -> np.ndarray:
        return np.round(2 * _HALF * (coordinates - low) / length - _HALF).astype(int)

    colours = [_colour(share) for share in values / max(np.abs(values).max(initial=0.0), 1e-12)]
    drawing = [_polyline(place(trails[:, trial])) for trial in range(trails.shape[1])]
    drawing += [_axis(axis) for axis in range(3)]
    drawing += [_dot(*pair) for pair in zip(place(points), colours, strict=True)]
    return _PAGE.substitute(
        id=html.escape(identifier),
        label=html.escape(label),
        drawing="\n".join(drawing),
        yaw=_YAW,
        pitch=_PITCH,
    )


def _flat(point: Any) -> tuple[float, float]:
    """Return where a point lies on the page in the first view, as the script computes it."""
    x, y, z = point
    a, b = np.radians(_YAW), np.radians(_PITCH)
    depth = z * np.cos(a) - x * np.sin(a)
    return round(x * np.cos(a) + z * np.sin(a), 1), round(-y * np.cos(b) + depth * np.sin(b), 1)


def _data(points: Any) -> str:
    return " ".join(",".join(map(str, point)) for point in points)


def _polyline(points: Any) -> str:
    drawn = " ".join(f"{x},{y}" for x, y in map(_flat, points))
    return f'<polyline data-p="{_data(points)}" points="{drawn}"/>'


def _axis(axis: int) -> str:
    ends = np.full((2, 3), -_HALF)
    ends[1, axis] = _HALF
    x, y = _flat(ends[1])
    name = f'<text data-p="{_data(ends[1:])}" x="{x}" y="{y}">component {axis + 1}</text>'
    return _polyline(ends) + name


def _dot(point: Any, colour: str) -> str:
    x, y = _flat(point)
    return f'<circle data-p="{_data([point])}" cx="{x}" cy="{y}" r="1.8" fill="{colour}"/>'


def _colour(share: float) -> str:
    """Return the colour of a value from -1, blue, over 0, grey, to 1, orange."""
    grey, end = np.full(3, 0x88), PALETTE[1] if share > 0 else PALETTE[0]
    full = np.array([int(end[i : i + 2], 16) for i in (1, 3, 5)])
    mixed = np.round(grey + min(abs(share), 1.0) * (full - grey)).astype(int)
    return "#" + "".join(f"{part:02x}" for part in mixed)
