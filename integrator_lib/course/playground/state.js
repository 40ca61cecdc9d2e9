// Everything that can be set, what each value means, and the address that holds it.

const NETWORKS = {
  "rnn 0": ["trained", "100 ReLU units, trained on trials of 25 and then of 100 steps."],
  "rnn_short 0": ["short-trained", "The same start and units, trained on trials of 25 steps alone."],
  "gru 0": ["GRU", "100 gated units with the same training: its memory is a curve, not a line."],
  "tanh 0": ["tanh", "100 tanh units with the same training: none can go beyond 1."],
  "hand-wired": ["two units", "Two ReLU units that inhibit each other, wired by hand: exact."],
  leaky: ["leaky", "The same two units, which lose 2 % of their sum in each step."],
  repaired: ["repaired", "The short-trained network after the least change that mends its line."],
  yours: ["yours", "The network of the tab Train, as far as you have trained it."],
};

const percent = (value) => `${Number((100 * value).toPrecision(2))} %`;
const NOISES = [0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1];

// For each control its label, the values it may take, where it starts, how a value is shown,
// and a sentence on what the value does.
const CONTROLS = {
  net: {
    label: "Network",
    values: Object.keys(NETWORKS),
    show: (name) => NETWORKS[name][0],
    say: (name) => NETWORKS[name][1],
  },
  steps: {
    label: "Length of the trial",
    values: [100, 300, 1000],
    show: (steps) => `${steps} steps`,
    say: (steps) =>
      steps === 100
        ? "One column that you draw is one step."
        : `One column that you draw is held for ${steps / 100} steps; small faults add up.`,
  },
  units: {
    label: "Hidden units",
    values: [16, 32],
    show: String,
    say: (units) => `${units * (units + 2)} weights, all drawn at random before training.`,
  },
  length: {
    label: "Steps in a trial",
    values: [5, 10, 25, 50],
    start: 25,
    show: (steps) => `${steps} steps`,
    say: (steps) =>
      steps < 25
        ? "Short trials hardly tell a leak from none."
        : "An error is passed back through every step of the trial.",
  },
  rate: {
    label: "Learning rate",
    values: [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
    start: 0.01,
    show: String,
    say: (rate) =>
      rate < 0.003
        ? "Small steps: safe, and slow."
        : rate > 0.03
          ? "Large steps: it may jump about, or never settle."
          : "It falls to 0 along a cosine, so that the last steps are fine.",
  },
  clip: {
    label: "Gradient clipping",
    values: [0, 0.1, 1, 10],
    start: 1,
    show: (clip) => (clip ? `norm at most ${clip}` : "none"),
    say: (clip) =>
      clip
        ? "A longer gradient is scaled down to this norm, its direction kept."
        : "One bad batch may throw the weights far away.",
  },
  l2: {
    label: "L2 penalty",
    values: [0, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3],
    start: 0,
    show: brief,
    say: (l2) =>
      l2
        ? "The loss adds this times all squared weights: an eigenvalue of 1 now has a price."
        : "Only the error counts.",
  },
  seed: {
    label: "Seed",
    values: Array.from({ length: 20 }, (_, k) => k + 1),
    show: String,
    say: () => "Decides the first weights and every trial: the same seed, the same run.",
  },
  noise: {
    label: "Noise on every weight",
    values: NOISES,
    show: (sd) => (sd ? `sd ${brief(sd)}` : "none"),
    say: (sd) =>
      sd
        ? "Each weight is off by its own random number of this size; most are about 0.1."
        : "The weights are as training left them.",
  },
  bits: {
    label: "Bits a weight",
    values: [4, 6, 8, 10, 12, 16, 32],
    start: 32,
    show: (bits) => `${bits} bits`,
    say: (bits) =>
      bits < 32
        ? `Every weight is rounded to one of ${2 ** bits - 1} values, evenly spaced.`
        : "Stored as single floating-point numbers, as Python does.",
  },
  draw: {
    label: "Draw of the noise",
    values: Array.from({ length: 20 }, (_, k) => k + 1),
    show: String,
    say: () => "Other random numbers of the same size, other damage.",
  },
  mend: {
    label: "Repair",
    values: ["none", "eigenvalue", "gain", "distil"],
    show: (way) => ({ gain: "eigenvalue and gain", distil: "wire anew" })[way] || way,
    say: (way) =>
      ({
        none: "Leave it as it is.",
        eigenvalue: "The least change of the weights that stops the leak of both halves.",
        gain: "The least change that stops the leak and also writes each input in at full size.",
        distil: "Keep the readout and each unit's share of the sum; wire the rest from scratch.",
      })[way],
  },
  guess: {
    label: "Your guess: relative error over 1000 steps",
    values: Array.from({ length: 41 }, (_, k) => Number((10 ** (k / 4 - 9)).toPrecision(2))),
    start: 0.01,
    show: brief,
    say: (guess) =>
      guess > 0.5
        ? "1 is the error of a network that always says 0."
        : `Outputs off by about ${percent(Math.sqrt(guess))} of the sum's size.`,
  },
};

const VIEWS = ["drive", "train", "mend", "predict"];

// The drawn input: a letter for a level of a hundredth, and how many columns it lasts.
const COLUMNS = 100;
const LEVELS = 20; // each way
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno";
const FIRST_INPUT = "U5e5U7e5U9E8U7H4U7X9Z9U6d6U13";

function readInput(text) {
  const levels = [];
  for (const [, letter, count] of text.matchAll(/([A-Za-o])(\d{1,3})/g)) {
    for (let k = 0; k < Number(count); k++) levels.push(LETTERS.indexOf(letter) - LEVELS);
  }
  return levels.length === COLUMNS ? levels : null;
}

function writeInput(levels) {
  let text = "";
  for (let k = 0; k < levels.length; ) {
    let end = k;
    while (levels[end] === levels[k]) end += 1;
    text += `${LETTERS[levels[k] + LEVELS]}${end - k}`;
    k = end;
  }
  return text;
}

// How each part of the state stands in the address; a text that means nothing gives undefined.
const FIELDS = {
  view: { start: "drive", read: (text) => VIEWS.find((view) => view === text) },
  ...Object.fromEntries(
    Object.entries(CONTROLS).map(([key, { values, start }]) => [
      key,
      {
        start: start === undefined ? values[0] : start,
        read: (text) => values.find((value) => String(value) === text),
      },
    ]),
  ),
  input: { start: FIRST_INPUT, read: (text) => (readInput(text) ? text : undefined) },
  cut: {
    start: "",
    read: (text) =>
      /^\d+(,\d+)*$/.test(text) && text.split(",").every((unit) => unit < 100) ? text : undefined,
  },
  trained: {
    start: 0,
    read: (text) => (/^\d+$/.test(text) && text <= BUDGET.steps ? Number(text) : undefined),
  },
};

// Returns the state that an address describes, and the parts of it that mean nothing.
function readAddress(hash) {
  const state = Object.fromEntries(Object.entries(FIELDS).map(([key, f]) => [key, f.start]));
  const refused = [];
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const value = Object.hasOwn(FIELDS, key) ? FIELDS[key].read(text) : undefined;
    if (value === undefined) refused.push(`${key}=${text}`);
    else state[key] = value;
  }
  return { state, refused };
}

function writeAddress(state) {
  const changed = Object.entries(FIELDS).filter(([key, field]) => state[key] !== field.start);
  return `#${new URLSearchParams(changed.map(([key]) => [key, state[key]]))}`;
}

// Situations to open with one click: title, sentence, address.
const PRESETS = {
  drive: [
    ["Count pulses", "Pulses up, pulses down. Each stays in the sum until another takes it out.", ""],
    ["Hold still", "One pulse, then silence for 900 steps. What is left of it?",
      "net=rnn_short+0&steps=1000&input=k6U94"],
    ["A leaky way home", "Out and back, losing 2 % a step: home is missed.",
      "net=leaky&input=k20E20U60"],
    ["Too much for tanh", "Inputs beyond those of training: watch where the curve bends.",
      "net=tanh+0&input=U5o35U20A35U5"],
    ["A ring of gates", "A GRU on a long trial lets go, slowly, towards a sum of its own.",
      "net=gru+0&steps=1000&input=k6U94"],
  ],
  train: [
    ["Learn to remember", "16 units. Press Train, and watch both eigenvalues walk to 1.", "view=train"],
    ["Too bold", "Steps ten times as large and no clipping. Does it still learn?",
      "view=train&rate=0.3&clip=0"],
    ["The price of 1", "A penalty on the weights. Where do the eigenvalues stop now?",
      "view=train&l2=0.001"],
    ["Five steps only", "It never sees a long trial. Drive it afterwards for 1000 steps.",
      "view=train&length=5"],
  ],
  mend: [
    ["Eight bits", "Sixteen bits a weight do no harm. Eight ruin it: this is fine tuning.",
      "view=mend&bits=8"],
    ["A breath of noise", "Each weight off by a hundredth of its size, in one draw of the noise.",
      "view=mend&noise=0.001"],
    ["Mended", "The same noise, and the least change of weights that stops leak and wrong gain.",
      "view=mend&noise=0.001&mend=gain"],
    ["Four bits, mended", "Even this can be mended, at the price of a change of under 1 %.",
      "view=mend&bits=4&mend=gain"],
    ["One unit less", "Cut one of the units that carry the sum.", "view=mend&cut=$CARRIER"],
  ],
  predict: [
    ["The trained network", "You know both eigenvalues and gains. How far off after 1000 steps?",
      "view=predict"],
    ["Trained on short trials", "Its eigenvalue is three times as far from 1.",
      "view=predict&net=rnn_short+0"],
    ["A leak of 2 %", "What is left of the sum when most of it has leaked away?",
      "view=predict&net=leaky"],
    ["Ten bits", "Rounded weights: a leak on one side, growth on the other.",
      "view=predict&bits=10"],
  ],
};
