// Where a network rests: states on its line for sums from negative to positive, the two
// directions in which these spread most, and how much each unit changes from end to end.
const REACHES = [0.5, 1, 2, 5, 10, 20];
const PLACES = 33;

function geometry(net, reach) {
  const advance = stepper(net);
  const rest = [];
  for (let k = 0; k < PLACES; k++) {
    const h = new Float64Array(net.size);
    const x = (reach * (2 * k / (PLACES - 1) - 1)) / 25;
    for (let t = 0; t < 25; t++) advance(h, x);
    for (let t = 0; t < SETTLE; t++) advance(h, 0);
    if (h.every(Number.isFinite)) rest.push(h);
  }
  const [lowest, highest] = [rest[0], rest[rest.length - 1]];
  const change = highest.map((value, i) => value - lowest[i]);
  const first = mainDirection(rest, []);
  const second = mainDirection(rest, [first]);
  const turn = (axis, towards) => (dot(axis, towards) < 0 ? axis.map((v) => -v) : axis);
  const middle = highest.map((value, i) => value + lowest[i]);
  const axes = [turn(first, change), turn(second, middle)];
  const most = change.reduce((largest, c) => Math.max(largest, Math.abs(c)), 0);
  const order = [...change.keys()].sort((a, b) => change[b] - change[a]);
  return {
    axes,
    line: rest.map((h) => axes.map((axis) => dot(axis, h))),
    values: rest.map((h) => dot(net.out, h)),
    change,
    order,
    carriers: change.filter((c) => Math.abs(c) > 1e-3 * most).length,
  };
}

// The direction of largest spread about the mean, at right angles to those already known.
function mainDirection(states, known) {
  const size = states[0].length;
  const mean = new Float64Array(size);
  for (const h of states) h.forEach((value, i) => (mean[i] += value / states.length));
  const centred = states.map((h) => h.map((value, i) => value - mean[i]));
  const without = (v) => {
    for (const axis of known) {
      const share = dot(axis, v);
      v = v.map((value, i) => value - share * axis[i]);
    }
    return v;
  };
  let v = without(Float64Array.from({ length: size }, (_, i) => Math.cos(i + 1)));
  for (let k = 0; k < 60; k++) {
    const next = new Float64Array(size);
    for (const h of centred) {
      const share = dot(h, v);
      for (let i = 0; i < size; i++) next[i] += share * h[i];
    }
    const clean = without(next);
    const length = norm(clean);
    if (!(length > 1e-12)) break;
    v = clean.map((value) => value / length);
  }
  return v;
}
