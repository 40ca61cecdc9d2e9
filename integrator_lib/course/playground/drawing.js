// Drawing on canvases, in the colours that the style sheet sets for the theme.

const $ = (id) => document.getElementById(`pg-${id}`);

function write(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function describe(id, text) {
  $(id).setAttribute("aria-label", text);
}

const COLOURS = ["ink", "muted", "rule", "panel", "truth", "output", "plus", "minus", "third"];

// Tell the style sheet the page's theme, or the system's; return the colours that it sets then.
function colours(root, scheme) {
  const set = document.documentElement.dataset.theme;
  const dark = set === "dark" || (set !== "light" && scheme.matches);
  root.dataset.shade = dark ? "dark" : "light";
  const style = getComputedStyle(root);
  const found = COLOURS.map((name) => [name, style.getPropertyValue(`--pg-${name}`).trim()]);
  return Object.fromEntries(found);
}

// A canvas cleared and scaled to the screen's own pixels.
function surface(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const ctx = canvas.getContext("2d");
  ctx.setTransform(density, 0, 0, density, 0, 0);
  ctx.font = "12px system-ui, sans-serif";
  ctx.lineJoin = "round";
  return { ctx, width, height };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function power(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[digit]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

function minus(number) {
  return String(number).replace("-", "−");
}

// A number in few digits: 0.042, 12, 3.1 × 10⁻⁵.
function brief(value) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return "beyond counting";
  const size = Math.abs(value);
  if (size >= 0.00995 && size < 9995) return minus(Number(value.toPrecision(size < 100 ? 2 : 3)));
  const [digits, exponent] = value.toExponential(1).split("e");
  return `${minus(digits)} × ${power(Number(exponent))}`;
}

function signed(value) {
  return (value < -0.005 ? "−" : "+") + Math.abs(value).toFixed(2);
}

function niceTicks([low, high]) {
  const rough = (high - low) / 5;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * [1, 2, 5, 10].find((factor) => factor * size >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

function decades([low, high]) {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const stride = Math.max(1, Math.ceil((last - first) / 5));
  const ticks = [];
  for (let k = first; k <= last; k += stride) ticks.push(10 ** k);
  return ticks;
}

// A scale from values to pixels, and its ticks.
function scale(range, from, to, log) {
  const shape = log ? (v) => Math.log10(Math.min(Math.max(v, range[0]), range[1])) : (v) => v;
  const [low, high] = range.map(shape);
  const place = (v) => from + ((shape(v) - low) / (high - low)) * (to - from);
  place.ticks = log ? decades(range) : niceTicks(range);
  place.invert = (pixel) => low + ((pixel - from) / (to - from)) * (high - low);
  return place;
}

// Draw a chart: axes, then lines of {ys, xs?, colour, width, dash, label}, labelled at their ends.
// Returns the scales and the frame, for whatever is drawn on top.
function chart(canvas, look, { x, y, xLog, yLog, xTitle, yTitle, lines = [], room = 76, bare }) {
  const { ctx, width, height } = surface(canvas);
  const frame = { left: 46, right: width - room, top: 8, bottom: height - (bare ? 8 : 34) };
  const [px, py] = [
    scale(x, frame.left, frame.right, xLog),
    scale(y, frame.bottom, frame.top, yLog),
  ];
  ctx.fillStyle = look.muted;
  ctx.strokeStyle = look.rule;
  ctx.lineWidth = 1;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  for (const tick of py.ticks) {
    ctx.beginPath();
    ctx.moveTo(frame.left, py(tick));
    ctx.lineTo(frame.right, py(tick));
    ctx.stroke();
    ctx.fillText(yLog ? power(Math.round(Math.log10(tick))) : brief(tick), frame.left - 6, py(tick));
  }
  ctx.textAlign = "center";
  if (!bare) {
    for (const tick of px.ticks) ctx.fillText(String(tick), px(tick), frame.bottom + 12);
    ctx.fillText(xTitle, (frame.left + frame.right) / 2, frame.bottom + 27);
  }
  if (yTitle) {
    ctx.save();
    ctx.translate(9, (frame.top + frame.bottom) / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.fillText(yTitle, 0, 0);
    ctx.restore();
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(frame.left, frame.top - 4, frame.right - frame.left, frame.bottom - frame.top + 8);
  ctx.clip();
  for (const line of lines) polyline(ctx, line, px, py);
  ctx.restore();
  labelEnds(ctx, lines, px, py, frame);
  return { ctx, px, py, frame };
}

function polyline(ctx, { xs, ys, colour, width = 2, dash = [] }, px, py) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.beginPath();
  let drawing = false;
  for (let k = 0; k < ys.length; k++) {
    if (Number.isFinite(ys[k])) {
      const point = [px(xs ? xs[k] : k + 1), py(ys[k])];
      if (drawing) ctx.lineTo(...point);
      else ctx.moveTo(...point);
    }
    drawing = Number.isFinite(ys[k]);
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

// Each label stands where its line ends, pushed apart where two would overlap.
function labelEnds(ctx, lines, px, py, frame) {
  const labels = [];
  for (const { xs, ys, label, colour, ink } of lines) {
    let last = ys.length - 1;
    while (last >= 0 && !Number.isFinite(ys[last])) last -= 1;
    if (!label || last < 0) continue;
    const y = Math.min(Math.max(py(ys[last]), frame.top + 6), frame.bottom - 4);
    labels.push({ label, colour: ink || colour, x: px(xs ? xs[last] : last + 1) + 6, y });
  }
  labels.sort((a, b) => a.y - b.y);
  labels.forEach((entry, k) => {
    if (k) entry.y = Math.max(entry.y, labels[k - 1].y + 14);
  });
  for (let k = labels.length - 1, floor = frame.bottom + 4; k >= 0; k--, floor -= 14) {
    labels[k].y = Math.min(labels[k].y, floor);
  }
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const { label, colour, x, y } of labels) {
    ctx.fillStyle = colour;
    ctx.fillText(label, x, y);
  }
}

function disc(ctx, x, y, radius, fill, edge) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  if (!edge) return;
  ctx.strokeStyle = edge;
  ctx.lineWidth = 2;
  ctx.stroke();
}

// A small image of a matrix, one pixel an entry: from the panel's colour to that of the sign.
function heatMap(rows, columns, value, look) {
  const image = new OffscreenCanvas(columns, rows);
  const ctx = image.getContext("2d");
  const pixels = ctx.createImageData(columns, rows);
  const [panel, plus, minus] = [look.panel, look.plus, look.minus].map((hex) =>
    [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)),
  );
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const strength = value(r, c); // from -1 to 1
      const share = Math.sqrt(Math.min(1, Math.abs(strength)));
      const at = 4 * (r * columns + c);
      const end = strength > 0 ? plus : minus;
      for (let k = 0; k < 3; k++) pixels.data[at + k] = panel[k] + share * (end[k] - panel[k]);
      pixels.data[at + 3] = 255;
    }
  }
  ctx.putImageData(pixels, 0, 0);
  return image;
}

// The state's way in two directions, on the line where it can rest.
function drawPlane(canvas, look, { line, values }, path, step) {
  const { ctx, width, height } = surface(canvas);
  const points = [...line, ...path].filter((p) => p.every(Number.isFinite));
  const [low, high] = [0, 1].map(
    (axis) => [Math.min, Math.max].map((f) => points.reduce((m, p) => f(m, p[axis]), 0)),
  );
  const span = Math.max(low[1] - low[0], high[1] - high[0], 1e-9) / (Math.min(width, height) - 44);
  const px = (p) => width / 2 + (p[0] - (low[0] + low[1]) / 2) / span;
  const py = (p) => height / 2 - (p[1] - (high[0] + high[1]) / 2) / span;
  ctx.lineWidth = 8;
  ctx.lineCap = "round";
  ctx.globalAlpha = 0.45;
  for (let k = 1; k < line.length; k++) {
    ctx.strokeStyle = values[k] + values[k - 1] > 0 ? look.plus : look.minus;
    ctx.beginPath();
    ctx.moveTo(px(line[k - 1]), py(line[k - 1]));
    ctx.lineTo(px(line[k]), py(line[k]));
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  ctx.lineCap = "butt";
  const trail = path.slice(0, step + 1);
  const plain = (v) => v;
  polyline(ctx, { xs: trail.map(px), ys: trail.map(py), colour: look.ink, width: 1.2 }, plain, plain);
  ctx.fillStyle = look.muted;
  ctx.textAlign = "center";
  for (const [k, text] of [[0, brief(values[0])], [line.length - 1, `+${brief(values[line.length - 1])}`]]) {
    const y = py(line[k]);
    ctx.fillText(text, Math.min(width - 22, Math.max(22, px(line[k]))), y < 24 ? y + 18 : y - 14);
  }
  disc(ctx, px(path[step]), py(path[step]), 7, look.output, look.panel);
}
