// Break a network, and repair a ReLU network by the smallest change of its weights that does it.

function copyOf(net) {
  const copy = { ...net, W: Float64Array.from(net.W), out: Float64Array.from(net.out) };
  if (net.Wrz) copy.Wrz = Float64Array.from(net.Wrz);
  return copy;
}

function matrices(net) {
  return net.Wrz ? [net.W, net.Wrz] : [net.W];
}

// Independent noise of one standard deviation on every weight that is not the readout's.
function addNoise(net, sd, seed) {
  const random = normal(seed);
  for (const W of matrices(net)) for (let k = 0; k < W.length; k++) W[k] += sd * random();
}

// Each matrix on the grid that this many bits can count, from its largest entry down.
function roundToBits(net, bits) {
  for (const W of [...matrices(net), net.out]) {
    const grid = W.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / (2 ** (bits - 1) - 1);
    for (let k = 0; k < W.length; k++) W[k] = Math.round(W[k] / grid) * grid;
  }
}

// A unit that is cut sends nothing.
function cutUnits(net, units) {
  for (const unit of units) {
    net.out[unit] = 0;
    for (const W of matrices(net)) {
      const width = W.length / (net.size + 1);
      W.fill(0, (unit + 1) * width, (unit + 2) * width);
    }
  }
}

function damaged(net, { noise, bits, cut, draw }) {
  const copy = copyOf(net);
  if (noise > 0) addNoise(copy, noise, draw);
  if (bits < 32) roundToBits(copy, bits);
  cutUnits(copy, cut);
  return copy;
}

// Solve a small system of linear equations by elimination with pivoting.
function solve(A, b) {
  const rows = A.map((row, i) => [...row, b[i]]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[best][c])) best = r;
    [rows[c], rows[best]] = [rows[best], rows[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

// What the other modes make of v in the long run: sum of J^k (v - r l.v) / eigenvalue^(k + 1).
function resolved(place, v, map, along, against) {
  const share = dot(against, v);
  let rest = v.map((value, i) => value - share * along[i]);
  const sum = new Float64Array(v.length);
  for (let k = 0; k < 100; k++) {
    for (let i = 0; i < sum.length; i++) sum[i] += rest[i] / place.eigenvalue;
    rest = map(rest).map((value) => value / place.eigenvalue);
  }
  return sum;
}

// The derivative of a half's eigenvalue by each weight in W: l dJ r, with J = D W_h^T.
function eigenvalueRow(net, place) {
  const { size } = net;
  const row = new Float64Array(net.W.length);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      if (place.active[i]) row[(j + 1) * size + i] = place.right[j] * place.left[i];
    }
  }
  return row;
}

// The derivative of its gain (w.r)(l.b) by each weight: both eigenvectors turn, and b changes.
function gainRow(net, place) {
  const { size } = net;
  const { active, left, right, value, written } = place;
  const ahead = (v) => forward(net, active, v);
  const back = (l) => backward(net, active, l);
  const read = dot(left, written);
  const readout = resolved(place, net.out, back, left, right);
  const input = resolved(place, written, ahead, right, left);
  const row = new Float64Array(net.W.length);
  for (let i = 0; i < size; i++) {
    if (!active[i]) continue;
    row[i] = value * left[i];
    for (let j = 0; j < size; j++) {
      row[(j + 1) * size + i] = read * right[j] * readout[i] + value * input[j] * left[i];
    }
  }
  return row;
}

// Put the eigenvalue of each half at 1, and with gains its gain too, by the least change of W.
// The equations are linear to first order, so the step is repeated. Null if there is no line.
function repaired(net, gains) {
  let mended = copyOf(net);
  for (let round = 0; round < 8; round++) {
    const places = halves(mended);
    if (places.includes(null)) return null;
    const rows = places.map((place) => eigenvalueRow(mended, place));
    const wanted = places.map((place) => 1 - place.eigenvalue);
    if (gains) {
      rows.push(...places.map((place) => gainRow(mended, place)));
      wanted.push(...places.map((place) => 1 - place.gain));
    }
    const weights = solve(rows.map((a) => rows.map((b) => dot(a, b))), wanted);
    rows.forEach((row, k) => row.forEach((value, i) => (mended.W[i] += weights[k] * value)));
  }
  return halves(mended).includes(null) ? null : mended;
}

// The exact integrator that a network approximates: keep the readout, read off what each unit
// does per unit of the sum, rescale so that the sum comes back whole, and wire anew.
function distilled(net) {
  const places = halves(net);
  if (places.includes(null)) return null;
  const [negative, positive] = places.map(({ right, value }) =>
    right.map((share) => share / Math.abs(value)),
  );
  const pattern = positive.map((share, i) => (share >= negative[i] ? share : -negative[i]));
  for (const sign of [1, -1]) {
    const group = pattern.map((share) => (sign * share > 0 ? share : 0));
    const overlap = dot(group, net.out);
    if (!(overlap > 0)) return null;
    pattern.forEach((share, i) => {
      if (sign * share > 0) pattern[i] = share / overlap;
    });
  }
  const W = new Float64Array(net.W.length);
  W.set(pattern);
  net.out.forEach((o, j) => W.set(pattern.map((share) => o * share), (j + 1) * net.size));
  return { ...copyOf(net), W };
}

const REPAIRS = {
  none: (net) => net,
  eigenvalue: (net) => repaired(net, false),
  gain: (net) => repaired(net, true),
  distil: distilled,
};

// How far two networks' weights are apart, relative to the first's.
function relativeChange(net, other) {
  return norm(net.W.map((w, k) => other.W[k] - w)) / norm(net.W);
}
