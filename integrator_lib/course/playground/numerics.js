// Networks as plain arrays, how they run, and the task they are given.
//
// A network is {kind, size, W, out}: kind "relu", "tanh" or "gru"; W row by row, the input's row
// first, then one row a sending unit; out one number a unit. A GRU's W makes its candidate state,
// and Wrz its gates, reset in the first half of a row and update in the second. None has offsets.

const TASK = { biasScale: 0.025, noise: 0.05 };
const SETTLE = 60; // silent steps after which a state lies on the line

// Uniform numbers from 0 to 1 (mulberry32, Tommy Ettinger, public domain).
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Standard normal numbers (Box and Muller, 1958), two from each pair of uniform ones.
function normal(seed) {
  const draw = uniform(seed);
  let spare = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - draw()));
    const angle = 2 * Math.PI * draw();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

// The inputs of one trial: a constant bias, and noise of its own at each step.
function drawTrial(random, steps) {
  const bias = 2 * TASK.biasScale * (random() - 0.5);
  return Float64Array.from({ length: steps }, () => bias + TASK.noise * random());
}

function runningSum(inputs) {
  let sum = 0;
  return Float64Array.from(inputs, (x) => (sum += x));
}

// Add x times the first row of W, and h times the others, to into.
function addProduct(W, x, h, into) {
  const width = into.length;
  for (let i = 0; i < width; i++) into[i] = x * W[i];
  for (let j = 0; j < h.length; j++) {
    const from = h[j];
    if (from === 0) continue; // most ReLU units are silent
    const row = (j + 1) * width;
    for (let i = 0; i < width; i++) into[i] += from * W[row + i];
  }
}

// A stepper of one network: call it with a state and an input, and it overwrites the state.
function stepper(net) {
  const before = new Float64Array(net.size);
  if (net.kind !== "gru") {
    const tanh = net.kind === "tanh";
    return (h, x) => {
      addProduct(net.W, x, h, before);
      for (let i = 0; i < h.length; i++) {
        h[i] = tanh ? Math.tanh(before[i]) : Math.max(0, before[i]);
      }
    };
  }
  const gates = new Float64Array(2 * net.size);
  const reset = new Float64Array(net.size);
  const sigmoid = (a) => 1 / (1 + Math.exp(-a));
  return (h, x) => {
    addProduct(net.Wrz, x, h, gates);
    for (let i = 0; i < h.length; i++) reset[i] = sigmoid(gates[i]) * h[i];
    addProduct(net.W, x, reset, before);
    for (let i = 0; i < h.length; i++) {
      const update = sigmoid(gates[h.length + i]);
      h[i] += update * (Math.tanh(before[i]) - h[i]);
    }
  };
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a) {
  return Math.sqrt(dot(a, a));
}

// Outputs of one trial, one a step; with keep, the states after each step too.
function runTrial(net, inputs, keep = false) {
  const advance = stepper(net);
  const h = new Float64Array(net.size);
  const outputs = new Float64Array(inputs.length);
  const states = [];
  for (let t = 0; t < inputs.length; t++) {
    advance(h, inputs[t]);
    outputs[t] = dot(net.out, h);
    if (keep) states.push(Float64Array.from(h));
  }
  return { outputs, states };
}

// Measure errors trial by trial, so that a page can stop in between. The error at t is that of
// trials of t steps: squared errors over squared sums, both added up over trials and steps.
function measurement(net, trials, steps, seed) {
  const random = normal(seed);
  const wrong = new Float64Array(steps);
  const squared = new Float64Array(steps);
  let done = 0;
  return {
    get finished() {
      return done === trials;
    },
    next() {
      const inputs = drawTrial(random, steps);
      const { outputs } = runTrial(net, inputs);
      let sum = 0;
      for (let t = 0; t < steps; t++) {
        sum += inputs[t];
        wrong[t] += (outputs[t] - sum) ** 2;
        squared[t] += sum ** 2;
      }
      done += 1;
    },
    errors() {
      const [above, below] = [runningSum(wrong), runningSum(squared)];
      return above.map((value, t) => value / below[t]);
    },
  };
}

function relativeErrors(net, trials, steps, seed) {
  const measure = measurement(net, trials, steps, seed);
  while (!measure.finished) measure.next();
  return measure.errors();
}

// Two ReLU units that inhibit each other and keep a part of their sum in each step.
function handWired(kept) {
  const W = [1, -1, kept, -kept, -kept, kept];
  return { kind: "relu", size: 2, W: Float64Array.from(W), out: Float64Array.of(1, -1) };
}

// The networks that Python has written down: float32 numbers in base64.
function decode(stored) {
  const numbers = (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return Float64Array.from(new Float32Array(bytes.buffer));
  };
  const net = { kind: stored.kind, W: numbers(stored.W), out: numbers(stored.out) };
  if (stored.Wrz) net.Wrz = numbers(stored.Wrz);
  return { ...net, size: net.out.length };
}
