// The two halves of a ReLU network's line: eigenvalue, gain, and the error they predict.
//
// Without offsets a ReLU network is the same at every scale, so each half of its line is a ray,
// and on it the network is linear: J = D W_h^T, where D keeps the units that are active.

const ITERATIONS = 400;
const NEAR_ONE = 0.5; // an eigenvalue farther from 1 than this is no memory

// J v, with silent units cut; and l J, where a silent unit's entry of l does not count.
function forward(net, active, v) {
  const result = new Float64Array(net.size);
  addProduct(net.W, 0, v, result);
  for (let i = 0; i < net.size; i++) if (!active[i]) result[i] = 0;
  return result;
}

function backward(net, active, l) {
  const { W, size } = net;
  const result = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const row = (j + 1) * size;
    let sum = 0;
    for (let i = 0; i < size; i++) if (active[i]) sum += l[i] * W[row + i];
    result[j] = sum;
  }
  return result;
}

// Iterate a linear map on a vector until its direction stands still; null if it never does.
function settledDirection(map, start) {
  let v = start.map((value) => value / norm(start));
  for (let k = 0; k < ITERATIONS; k++) {
    const next = map(v);
    const length = norm(next);
    if (!(length > 1e-12) || !Number.isFinite(length)) return null;
    let change = 0;
    for (let i = 0; i < v.length; i++) {
      next[i] /= length;
      change = Math.max(change, Math.abs(next[i] - v[i]));
    }
    v = next;
    if (change < 1e-13) return { v, length };
  }
  return null;
}

// One half of the line: push the network to one side, let it rest, and linearise it there.
function half(net, sign) {
  if (net.kind !== "relu") return null;
  const advance = stepper(net);
  const h = new Float64Array(net.size);
  for (let t = 0; t < 25; t++) advance(h, sign * TASK.noise);
  for (let t = 0; t < SETTLE; t++) advance(h, 0);
  if (!(norm(h) > 1e-12)) return null;
  const found = settledDirection((v) => {
    const next = Float64Array.from(v);
    advance(next, 0);
    return next;
  }, h);
  if (!found || !(sign * dot(net.out, found.v) > 0)) return null;
  const [right, eigenvalue] = [found.v, found.length];
  const active = right.map((value) => (value > 0 ? 1 : 0));
  const reading = settledDirection((l) => backward(net, active, l), right);
  if (!reading || Math.abs(eigenvalue - 1) > NEAR_ONE) return null;
  const overlap = dot(reading.v, right);
  if (Math.abs(overlap) < 1e-8) return null;
  const left = reading.v.map((value) => value / overlap);
  const written = Float64Array.from(active, (on, i) => on * net.W[i]);
  return {
    eigenvalue,
    right,
    left,
    active,
    written,
    value: dot(net.out, right),
    gain: dot(net.out, right) * dot(left, written),
  };
}

// Both halves, the negative one first; null where a half is no memory.
function halves(net) {
  return [half(net, -1), half(net, 1)];
}

// The mean squared error of trials of 1, 2, ... steps, from eigenvalue and gain of both halves.
// A trial with a negative bias is on the negative half: the input j - 1 steps old is weighed
// wrongly by 1 - gain eigenvalue^(j - 1). Divided by the mean squared sum.
function predictedErrors([negative, positive], steps) {
  const [m, sigma] = [TASK.biasScale, TASK.noise];
  // The bias is 2m(z - 1/2) with a standard normal z: its share and second moment on each side.
  const [below, density] = [0.6914624612740131, 0.3520653267642995];
  const sides = [
    [negative, below, 5 * below + 2 * density],
    [positive, 1 - below, 5 * (1 - below) - 2 * density],
  ];
  const wrong = new Float64Array(steps);
  for (const [{ gain, eigenvalue }, share, moment] of sides) {
    let [kept, constant, noise] = [gain, 0, 0];
    for (let t = 0; t < steps; t++) {
      constant += 1 - kept;
      noise += (1 - kept) ** 2;
      kept *= eigenvalue;
      wrong[t] += m ** 2 * moment * constant ** 2 + share * sigma ** 2 * noise;
    }
  }
  const squared = wrong.map((_, t) => 5 * m ** 2 * (t + 1) ** 2 + sigma ** 2 * (t + 1));
  const [above, under] = [runningSum(wrong), runningSum(squared)];
  return above.map((value, t) => value / under[t]);
}
