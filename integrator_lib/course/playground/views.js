// The four tabs. Each has show, called when the state changes, and tick, called once a frame
// while it returns true. Both draw; what they know of the reader's choices comes from the state.

// Compute for about this long, then give the page a chance to draw and to listen.
const SLICE = 12; // milliseconds

function slice(more, work) {
  const started = performance.now();
  while (more() && performance.now() - started < SLICE) work();
  return more();
}

// ---------------------------------------------------------------- Drive

const SWEEP = 6000; // milliseconds that the playhead takes

class Drive {
  constructor(page) {
    this.page = page;
    this.head = 0; // a step of the trial, from 0
    this.playing = !page.calm;
    this.last = null;
    this.pen = null;
    this.column = 0;
    this.listen();
    this.play(this.playing);
  }

  show() {
    const { state, look } = this.page;
    const net = this.page.network() || this.page.bench().broken;
    const levels = readInput(state.input);
    const stretch = state.steps / COLUMNS;
    const inputs = Float64Array.from({ length: state.steps }, (_, t) =>
      levels[Math.floor(t / stretch)] / 100,
    );
    const key = `${this.page.key()}|${state.steps}|${state.input}`;
    if (this.key !== key) {
      this.key = key;
      this.net = net;
      this.levels = levels;
      this.sums = runningSum(inputs);
      this.trial = runTrial(net, inputs, true);
      const most = this.sums.reduce((largest, sum) => Math.max(largest, Math.abs(sum)), 0.4);
      const reach = REACHES.find((value) => value >= most) || 50;
      this.where = remember(`geometry ${this.page.key()} ${reach}`, () => geometry(net, reach));
      const { axes } = this.where;
      this.top = 1.15 * Math.max(1, most);
      this.path = this.trial.states.map((h) => axes.map((axis) => dot(axis, h)));
      this.heat = null;
      let [wrong, all] = [0, 0];
      this.sums.forEach((sum, t) => {
        wrong += (this.trial.outputs[t] - sum) ** 2;
        all += sum ** 2;
      });
      this.error = all ? wrong / all : 0;
    }
    if (this.lookDrawn !== look) this.heat = null;
    this.lookDrawn = look;
    this.head = Math.min(this.head, state.steps - 1);
    this.draw();
  }

  tick(now) {
    if (!this.playing || this.pen !== null) return false;
    if (this.last !== null) this.head += ((now - this.last) / SWEEP) * this.sums.length;
    this.last = now;
    if (this.head >= this.sums.length - 1) {
      this.head = this.sums.length - 1;
      this.play(false);
    }
    this.draw();
    return this.playing;
  }

  play(on) {
    if (on && this.sums && this.head >= this.sums.length - 1) this.head = 0;
    this.playing = on;
    this.last = null;
    $("play").textContent = on ? "Pause" : "Play";
    if (on && this.sums) this.page.wake();
  }

  draw() {
    const { look } = this.page;
    const step = Math.round(this.head);
    const steps = this.sums.length;
    const x = [1, steps];
    const { top } = this;
    const { outputs } = this.trial;
    this.input = chart($("input"), look, { x, y: [-0.2, 0.2], bare: true, room: 104 });
    this.drawInput(look, this.input);
    const traced = chart($("output"), look, {
      x,
      y: [-top, top],
      xTitle: "step",
      room: 104,
      lines: [
        { ys: this.sums, colour: look.truth, width: 7, label: "true sum", ink: look.muted },
        { ys: outputs, colour: look.output, width: 1, dash: [2, 3], label: "network" },
        { ys: outputs.slice(0, step + 1), colour: look.output, width: 2.5 },
      ],
    });
    const at = { x: traced.px(step + 1), y: traced.py(Math.max(-top, Math.min(top, outputs[step]))) };
    this.drawUnits(look, x);
    for (const { ctx, px, frame } of [this.input, traced, this.units]) {
      ctx.strokeStyle = look.ink;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(px(step + 1), frame.top - 4);
      ctx.lineTo(px(step + 1), frame.bottom + 4);
      ctx.stroke();
    }
    disc(traced.ctx, at.x, at.y, 5, look.output, look.panel);
    drawPlane($("plane"), look, this.where, this.path, step);
    this.say(step);
  }

  drawInput(look, { ctx, px, py }) {
    const width = (px(this.sums.length) - px(1)) / COLUMNS;
    this.levels.forEach((level, k) => {
      ctx.fillStyle = level > 0 ? look.plus : look.minus;
      const y = py(level / 100);
      ctx.fillRect(px(1) + k * width, Math.min(y, py(0)), width - 0.5, Math.abs(y - py(0)));
    });
    ctx.strokeStyle = look.muted;
    ctx.beginPath();
    ctx.moveTo(px(1), py(0));
    ctx.lineTo(px(this.sums.length), py(0));
    ctx.stroke();
    ctx.textAlign = "left";
    ctx.fillStyle = look.muted;
    ctx.fillText("in each step", px(this.sums.length) + 6, py(0));
    if (document.activeElement === $("pen")) {
      const x = px(1) + (this.column + 0.5) * width;
      disc(ctx, x, py(this.levels[this.column] / 100), 6, look.ink, look.panel);
    }
  }

  drawUnits(look, x) {
    const { change, carriers } = this.where;
    const { states } = this.trial;
    const { size } = this.net;
    if (!this.heat) {
      const order = this.where.order.filter((unit) => states.some((h) => Math.abs(h[unit]) > 1e-4));
      if (!order.length) order.push(0);
      let most = 1e-12;
      for (const h of states) for (const v of h) most = Math.max(most, Math.abs(v));
      const relu = this.net.kind === "relu";
      this.heat = heatMap(order.length, states.length, (r, t) => {
        const value = states[t][order[r]] / most;
        return relu && change[order[r]] < 0 ? -value : value;
      }, look);
    }
    this.units = chart($("units"), look, { x, y: [0, 1], bare: true, room: 104 });
    const { ctx, frame } = this.units;
    const [width, height] = [frame.right - frame.left, frame.bottom - frame.top];
    ctx.clearRect(0, 0, frame.right + 104, frame.bottom + 8);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.heat, frame.left, frame.top, width, height);
    ctx.fillStyle = look.muted;
    ctx.textAlign = "left";
    ctx.fillText(`${carriers} of ${size} units`, frame.right + 6, frame.top + height / 2 - 8);
    ctx.fillText("hold the sum", frame.right + 6, frame.top + height / 2 + 8);
    ctx.textAlign = "right";
    ctx.fillText("+", frame.left - 8, frame.top + 8);
    ctx.fillText("−", frame.left - 8, frame.bottom - 8);
  }

  // The state in words, for readers who do not see the drawings and for those who do.
  say(step) {
    const [sum, output] = [this.sums[step], this.trial.outputs[step]];
    const size = brief(Math.abs(output - sum));
    write("now", `Step ${step + 1} of ${this.sums.length}: true sum ${signed(sum)}, ` +
      `network ${signed(output)}, off by ${size}.`);
    write("whole", `Whole trial: relative error ${brief(this.error)}` +
      (this.error < 1e-4 ? ". It counts." : this.error < 0.1 ? ". It drifts." : ". It has lost the sum."));
    describe("output", `Output against the true sum. ${$("now").textContent} ${$("whole").textContent}`);
    describe("plane", "The hidden state in two components, on the line where it can rest. " +
      `It stands where the network says ${signed(output)}.`);
    describe("units", `Activity of the hidden units over the trial: ${this.where.carriers} of ` +
      `${this.net.size} hold the sum, those for positive sums at the top.`);
    const pen = $("pen");
    const level = this.levels[this.column];
    pen.setAttribute("aria-valuenow", level / 100);
    pen.setAttribute("aria-valuetext", `column ${this.column + 1} of 100: input ${signed(level / 100)}; ` +
      `true sum then ${signed(this.sums[this.endOf(this.column)])}, ` +
      `network ${signed(this.trial.outputs[this.endOf(this.column)])}`);
  }

  endOf(column) {
    return Math.round((column + 1) * (this.sums.length / COLUMNS)) - 1;
  }

  // Set the level of some columns and put the playhead at the last one.
  set(columns, level) {
    const levels = [...this.levels];
    for (const column of columns) levels[column] = level;
    this.head = this.endOf(this.column);
    this.play(false);
    this.page.set({ input: writeInput(levels) });
  }

  listen() {
    const pen = $("pen");
    const at = (event) => {
      const box = pen.getBoundingClientRect();
      const { px, py } = this.input;
      const column = Math.floor(((event.clientX - box.left - px(1)) / (px(this.sums.length) - px(1))) * COLUMNS);
      const level = Math.round(100 * py.invert(event.clientY - box.top));
      return [Math.min(COLUMNS - 1, Math.max(0, column)), Math.min(LEVELS, Math.max(-LEVELS, level))];
    };
    pen.addEventListener("pointerdown", (event) => {
      pen.setPointerCapture(event.pointerId);
      [this.pen] = at(event);
      this.move(event, at);
    });
    pen.addEventListener("pointermove", (event) => this.pen !== null && this.move(event, at));
    for (const kind of ["pointerup", "pointercancel"]) {
      pen.addEventListener(kind, () => {
        this.pen = null;
      });
    }
    pen.addEventListener("keydown", (event) => this.key_(event));
    for (const kind of ["focus", "blur"]) pen.addEventListener(kind, () => this.draw());
    $("play").addEventListener("click", () => {
      if (this.page.calm) {
        this.head = this.head >= this.sums.length - 1 ? 0 : this.head + this.sums.length / 10;
        this.page.set({});
      } else this.play(!this.playing);
    });
    $("clear").addEventListener("click", () => this.page.set({ input: `U${COLUMNS}` }));
  }

  move(event, at) {
    const [column, level] = at(event);
    const [from, to] = [Math.min(this.pen, column), Math.max(this.pen, column)];
    this.pen = column;
    this.column = column;
    this.set(Array.from({ length: to - from + 1 }, (_, k) => from + k), level);
  }

  key_(event) {
    const level = this.levels[this.column];
    const go = (column) => {
      this.column = Math.min(COLUMNS - 1, Math.max(0, column));
      this.head = this.endOf(this.column);
      this.play(false);
      if (event.shiftKey) this.set([this.column], level);
      else this.page.set({});
    };
    const keys = {
      ArrowLeft: () => go(this.column - 1),
      ArrowRight: () => go(this.column + 1),
      Home: () => go(0),
      End: () => go(COLUMNS - 1),
      ArrowUp: () => this.set([this.column], Math.min(LEVELS, level + 1)),
      ArrowDown: () => this.set([this.column], Math.max(-LEVELS, level - 1)),
      Delete: () => this.set([this.column], 0),
      Backspace: () => this.set([this.column], 0),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
    this.page.say($("pen").getAttribute("aria-valuetext"));
  }
}

// A trial to look at: noise on one wave, whose sum goes up, down and back.
function wave(steps) {
  const random = normal(steps);
  const size = (2 * Math.PI * 3) / steps;
  return Float64Array.from({ length: steps }, (_, t) =>
    size * Math.cos((2 * Math.PI * t) / steps) + (TASK.noise / 2) * random(),
  );
}

// ---------------------------------------------------------------- Train

const HELD_OUT = { trials: 64, steps: 25, seed: 9001 };

function heldOutError(net) {
  return relativeErrors(net, HELD_OUT.trials, HELD_OUT.steps, HELD_OUT.seed)[HELD_OUT.steps - 1];
}

class Train {
  constructor(page) {
    this.page = page;
    this.running = false;
    this.target = 0; // steps to catch up with, where an address asks for them
    this.listen();
    this.restart();
  }

  get options() {
    const { units, seed, rate, clip, l2, length } = this.page.state;
    return { units, seed, rate, clip, l2, length };
  }

  restart() {
    this.trainer = new Trainer(this.options);
    this.curve = [];
    this.walk = [[], []];
    this.at = [];
    this.record();
  }

  // Start anew where the options have changed, and catch up with the address.
  settle() {
    const { trained } = this.page.state;
    const changed = JSON.stringify(this.options) !== JSON.stringify(this.trainer.options);
    if (changed || trained < this.trainer.step) {
      if (!this.running || changed) this.restart();
    }
    if (!this.running) this.target = trained;
    return this.trainer.step >= this.target;
  }

  show() {
    this.settle();
    this.draw();
  }

  record() {
    const { net, step, diverged } = this.trainer;
    this.error = diverged ? Infinity : heldOutError(net);
    this.at.push(step);
    this.curve.push(diverged ? NaN : this.error);
    this.places = diverged ? [null, null] : halves(net);
    this.places.forEach((place, k) => this.walk[k].push(place ? place.eigenvalue : NaN));
  }

  // Train for a slice of time; true while there is more to do.
  work() {
    const end = this.running ? BUDGET.steps : this.target;
    const more = () => !this.trainer.finished && this.trainer.step < end;
    let left = this.page.calm ? 100 : 10;
    const going = slice(() => more() && left > 0, () => {
      this.trainer.advance();
      left -= 1;
    });
    this.record();
    return going || more();
  }

  tick() {
    if (!this.running && this.trainer.step >= this.target) return false;
    const more = this.work();
    if (!more && this.running) this.run(false);
    this.draw();
    return more;
  }

  run(on) {
    if (on && this.trainer.finished) {
      this.page.set({ trained: 0 });
      this.restart();
    }
    this.running = on;
    $("go").textContent = on ? "Pause" : "Train";
    if (on) this.page.wake();
    else {
      this.target = this.trainer.step;
      this.page.set({ trained: this.trainer.step });
      this.page.say(this.words());
    }
  }

  listen() {
    $("go").addEventListener("click", () => this.run(!this.running));
    $("ten").addEventListener("click", () => {
      if (this.trainer.finished) return;
      for (let k = 0; k < 10 && !this.trainer.finished; k++) this.trainer.advance();
      this.record();
      this.run(false);
    });
    $("again").addEventListener("click", () => {
      this.running = false;
      this.target = 0;
      this.restart();
      this.run(false);
    });
    $("drive-it").addEventListener("click", () => {
      if (this.running) this.run(false);
      this.page.set({ view: "drive", net: "yours", noise: 0, bits: 32, cut: "", mend: "none" });
    });
  }

  words() {
    const { step, diverged } = this.trainer;
    if (diverged) return `Step ${step}: the weights have run away. Smaller steps or clipping would hold them.`;
    const [minus, plus] = this.places.map((place) => (place ? place.eigenvalue.toFixed(5) : "not there yet"));
    const judged = this.error < 1e-4 ? "It has learnt to remember." : this.error > 0.5 ? "It is still guessing." : "It is learning.";
    return `Step ${step} of ${BUDGET.steps}: relative error on new trials ${brief(this.error)}. ` +
      `Eigenvalue for negative sums ${minus}, for positive sums ${plus}. ${judged}`;
  }

  draw() {
    const { look } = this.page;
    const { net } = this.trainer;
    const x = [0, BUDGET.steps];
    const { at: xs } = this;
    const limit = chart($("loss"), look, {
      x, y: [1e-6, 10], yLog: true, xTitle: "training step", yTitle: "relative error", room: 84,
      lines: [{ xs, ys: this.curve, colour: look.output, width: 2.5, label: brief(this.error) }],
    });
    this.level(limit, 1e-4, "has learnt", look);
    const walk = chart($("walk"), look, {
      x, y: [0.6, 1.15], xTitle: "training step", yTitle: "eigenvalue", room: 84,
      lines: [
        { xs, ys: this.walk[0], colour: look.minus, label: "sums < 0" },
        { xs, ys: this.walk[1], colour: look.plus, label: "sums > 0" },
      ],
    });
    this.level(walk, 1, "keeps all", look);
    const inputs = wave(50);
    const sums = runningSum(inputs);
    const { outputs } = runTrial(net, inputs);
    const top = 1.3 * sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0.5);
    chart($("trial"), look, {
      x: [1, 50], y: [-top, top], xTitle: "step of a new trial", room: 66,
      lines: [
        { ys: sums, colour: look.truth, width: 7, label: "true sum", ink: look.muted },
        { ys: outputs, colour: look.output, width: 2.5, label: "network" },
      ],
    });
    this.drawWeights(look);
    write("training", this.words());
    describe("loss", `Relative error on new trials against the training step, on a logarithmic scale. ${this.words()}`);
    describe("walk", `Eigenvalues of both halves of the line against the training step. ${this.words()}`);
    describe("trial", `One new trial of 50 steps: true sum at its end ${signed(sums[49])}, network ${signed(outputs[49])}.`);
  }

  level({ ctx, py, frame }, value, text, look) {
    ctx.strokeStyle = look.muted;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(frame.left, py(value));
    ctx.lineTo(frame.right, py(value));
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = look.muted;
    ctx.textAlign = "right";
    ctx.fillText(text, frame.right - 4, py(value) - 9);
  }

  drawWeights(look) {
    const { ctx, width, height } = surface($("weights"));
    const { W, out, size } = this.trainer.net;
    const most = W.reduce((largest, w) => Math.max(largest, Math.abs(w)), 1e-9);
    const order = [...out.keys()].sort((a, b) => out[b] - out[a]);
    const weight = (to, from) => W[(order[from] + 1) * size + order[to]];
    const image = heatMap(size, size, (to, from) => weight(to, from) / most, look);
    const side = Math.min(width, height);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(image, (width - side) / 2, (height - side) / 2, side, side);
  }
}

// ---------------------------------------------------------------- Break and mend

const LONG = 1000;
const SHORT = 10; // where the charts of errors begin

function byLength(errors, line) {
  const ys = errors.slice(SHORT - 1);
  return { ...line, ys, xs: ys.map((_, k) => SHORT + k) };
}

const TRIALS = 16;
const FELT = 1000; // steps of the trial that is drawn

class Mend {
  constructor(page) {
    this.page = page;
    this.units = [];
    this.listen();
  }

  show() {
    const { state } = this.page;
    const { original, broken, current } = this.page.bench();
    if (this.key !== this.page.key()) {
      this.key = this.page.key();
      this.nets = [["before", original]];
      if (isDamaged(state)) this.nets.push(["broken", broken]);
      if (state.mend !== "none" && current) this.nets.push(["mended", current]);
      this.measured = this.nets.map(([, net]) => measurement(net, TRIALS, LONG, 77));
      const inputs = wave(FELT);
      this.sums = runningSum(inputs);
      this.outputs = this.nets.map(([, net]) => runTrial(net, inputs).outputs);
      this.places = this.nets.map(([, net]) => halves(net));
      this.impossible = state.mend !== "none" && !current;
    }
    this.showUnits(original);
    this.draw();
  }

  tick() {
    const more = () => this.measured.some((measure) => !measure.finished);
    if (!more()) return false;
    slice(more, () => this.measured.find((measure) => !measure.finished).next());
    this.draw();
    return more();
  }

  colour(name, look) {
    return { before: look.muted, broken: look.minus, mended: look.plus }[name];
  }

  draw() {
    const { look, state } = this.page;
    const top = 1.4 * this.sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 1);
    chart($("felt"), look, {
      x: [1, FELT], y: [-top, top], xTitle: "step of one trial", room: 66,
      lines: [
        { ys: this.sums, colour: look.truth, width: 8, label: "true sum", ink: look.muted },
        ...this.nets.map(([name], k) => ({
          ys: this.outputs[k].map((y) => Math.max(-2 * top, Math.min(2 * top, y))),
          colour: this.colour(name, look), width: 2.5, label: name,
        })),
      ],
    });
    const errors = this.measured.map((measure) => measure.errors());
    const last = this.places[this.places.length - 1];
    const lines = errors.map((ys, k) =>
      byLength(ys, { colour: this.colour(this.nets[k][0], look), width: 2.5, label: this.nets[k][0] }),
    );
    const formula = last.includes(null) ? [0] : predictedErrors(last, LONG);
    if (formula[formula.length - 1] > 1e-9) {
      lines.push(byLength(formula, { colour: look.ink, width: 1.2, dash: [4, 3], label: "formula" }));
    }
    chart($("errors"), look, {
      x: [SHORT, LONG], y: [1e-9, 100], xLog: true, yLog: true, room: 66,
      xTitle: "length of the trial", yTitle: "relative error", lines,
    });
    this.table();
    const finals = errors.map((ys) => ys[LONG - 1]);
    const finished = this.measured.every((measure) => measure.finished);
    const words = finals.map((error, k) => `${this.nets[k][0]} ${brief(error)}`).join(", ");
    let text = `Relative error over ${LONG} steps: ${finished ? words : "measuring ..."}.`;
    if (this.impossible) {
      text += this.nets[0][1].kind === "relu"
        ? " There is no line left to mend."
        : " These repairs need a ReLU network, whose line is straight.";
    } else if (state.mend !== "none" && state.mend !== "distil") {
      const { broken, current } = this.page.bench();
      text += ` The repair changes the weights by ${percent(relativeChange(broken, current))}.`;
    }
    write("verdict", text);
    describe("errors", `Relative error against the length of a trial, both logarithmic. ${text}`);
    describe("felt", `One trial of ${FELT} steps. True sum at its end ${signed(this.sums[FELT - 1])}; ` +
      `${this.nets.map(([name], k) => `${name} ${brief(this.outputs[k][FELT - 1])}`).join(", ")}.`);
    return finished;
  }

  // Eigenvalue and gain of both halves, as differences from 1.
  table() {
    const off = (value) => (Math.abs(value - 1) < 1e-12 ? "1" : `1 ${value < 1 ? "−" : "+"} ${brief(Math.abs(value - 1))}`);
    const rows = this.nets.map(([name], k) => {
      const cells = this.places[k].flatMap((p) => (p ? [off(p.eigenvalue), off(p.gain)] : ["none", "none"]));
      return `<tr><th scope="row">${name}</th><td>${cells.join("</td><td>")}</td></tr>`;
    });
    if (this.rows !== rows.join("")) {
      this.rows = rows.join("");
      $("halves").innerHTML = this.rows;
    }
  }

  // A button for each unit: pressed when it is cut, coloured by the half that it works for.
  showUnits(net) {
    const where = remember(`geometry ${this.page.state.net} ${this.page.state.trained}`, () => geometry(net, 5));
    const cut = new Set(cutOf(this.page.state, net));
    const box = $("grid");
    if (this.units.length !== net.size) {
      box.replaceChildren();
      this.units = Array.from({ length: net.size }, (_, k) => {
        const button = document.createElement("button");
        button.type = "button";
        button.tabIndex = k ? -1 : 0;
        box.append(button);
        return button;
      });
    }
    const most = where.change.reduce((largest, c) => Math.max(largest, Math.abs(c)), 1e-12);
    this.units.forEach((button, k) => {
      const unit = where.order[k];
      button.dataset.unit = unit;
      const share = where.change[unit] / most;
      const role = Math.abs(share) < 1e-3 ? "silent on the line" : share > 0 ? "carries positive sums" : "carries negative sums";
      button.style.setProperty("--share", Math.sqrt(Math.abs(share)).toFixed(2));
      button.dataset.side = Math.abs(share) < 1e-3 ? "none" : share > 0 ? "plus" : "minus";
      button.setAttribute("aria-pressed", cut.has(unit));
      button.setAttribute("aria-label", `Cut unit ${unit + 1}, which ${role.replace("silent", "is silent")}`);
      button.title = `unit ${unit + 1}: ${role}`;
    });
    this.silent = [...where.change.keys()].filter((unit) => Math.abs(where.change[unit]) < 1e-3 * most);
    this.carrier = where.order[0];
  }

  cut(units, words) {
    const list = [...new Set(units)].sort((a, b) => a - b);
    this.page.set({ cut: list.join(",") });
    this.page.say(`${words} ${list.length} of ${this.units.length} units are cut.`);
  }

  listen() {
    const box = $("grid");
    box.addEventListener("click", ({ target }) => {
      if (target.dataset.unit === undefined) return;
      const unit = Number(target.dataset.unit);
      const now = new Set(cutOf(this.page.state, { size: this.units.length }));
      const was = now.delete(unit);
      if (!was) now.add(unit);
      this.cut(now, `Unit ${unit + 1} is ${was ? "back" : "cut"}.`);
    });
    box.addEventListener("keydown", (event) => {
      const columns = getComputedStyle(box).gridTemplateColumns.split(" ").length;
      const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
      const next = this.units[this.units.indexOf(document.activeElement) + move];
      if (!move || !next) return;
      event.preventDefault();
      event.stopPropagation();
      for (const unit of this.units) unit.tabIndex = unit === next ? 0 : -1;
      next.focus();
    });
    $("cut-silent").addEventListener("click", () => this.cut(this.silent, "All silent units are cut."));
    $("cut-none").addEventListener("click", () => this.cut([], "All units are back."));
  }
}

// ---------------------------------------------------------------- Predict first

const JUDGES = { trials: 100, seed: 2027 };

class Predict {
  constructor(page) {
    this.page = page;
    this.rounds = [];
    this.listen();
  }

  show() {
    const net = this.page.network() || this.page.bench().broken;
    if (this.key !== this.page.key()) {
      this.key = this.page.key();
      this.net = net;
      this.places = halves(net);
      this.measure = null;
      this.told = false;
    }
    this.draw();
  }

  get trials() {
    return this.net.kind === "gru" ? 20 : JUDGES.trials;
  }

  tick() {
    const { measure } = this;
    if (!measure || measure.finished) return false;
    slice(() => !measure.finished, () => measure.next());
    if (measure.finished) this.judge();
    this.draw();
    return !measure.finished;
  }

  judge() {
    this.told = true;
    const errors = this.measure.errors();
    this.measured = errors[LONG - 1];
    const off = (value) => Math.max(value / this.measured, this.measured / value);
    this.off = { you: off(this.page.state.guess) };
    if (!this.places.includes(null)) this.off.formula = off(predictedErrors(this.places, LONG)[LONG - 1]);
    this.rounds.push(this.off);
    this.page.say(this.words());
  }

  words() {
    const { guess } = this.page.state;
    if (!this.measure) return "Set your guess, then run. The measured error appears beside it.";
    if (!this.told) return "Running ...";
    const factor = (value) => (value < 10 ? value.toFixed(1) : brief(value));
    let text = `You said ${brief(guess)}, measured is ${brief(this.measured)}: off by a factor of ${factor(this.off.you)}. `;
    text += this.off.formula
      ? `The formula, from two eigenvalues and two gains, is off by a factor of ${factor(this.off.formula)}.`
      : "There is no formula here: this network has no straight line with an eigenvalue near 1.";
    const both = this.rounds.filter((round) => round.formula);
    if (both.length > 1) {
      const won = both.filter((round) => round.you < round.formula).length;
      text += ` Rounds won against the formula: ${won} of ${both.length}.`;
    }
    return text;
  }

  draw() {
    const { look, state } = this.page;
    const lines = [];
    if (this.measure) {
      lines.push(byLength(this.measure.errors(), { colour: look.output, width: 3, label: this.told ? "measured" : "" }));
    }
    if (this.told && !this.places.includes(null)) {
      lines.push(byLength(predictedErrors(this.places, LONG), { colour: look.ink, width: 1.5, dash: [5, 4], label: "formula" }));
    }
    const drawn = chart($("race"), look, {
      x: [SHORT, LONG], y: [1e-9, 10], xLog: true, yLog: true, room: 96,
      xTitle: "length of the trial in steps", yTitle: "relative error", lines,
    });
    const { ctx, px, py } = drawn;
    const level = { xs: [SHORT, LONG], ys: [state.guess, state.guess] };
    polyline(ctx, { ...level, colour: look.third, width: 1, dash: [2, 4] }, px, py);
    disc(ctx, px(LONG), py(state.guess), 8, look.third, look.panel);
    ctx.fillStyle = look.third;
    ctx.textAlign = "right";
    ctx.fillText("your guess", px(LONG) - 14, py(state.guess) - 12);
    const near = (place) => (place
      ? `eigenvalue ${place.eigenvalue.toFixed(6)}, gain ${place.gain.toFixed(4)}`
      : "no eigenvalue near 1");
    write("known-minus", near(this.places[0]));
    write("known-plus", near(this.places[1]));
    write("judgement", this.words());
    $("run").textContent = this.told ? "Run again" : `Run ${this.trials} trials of ${LONG} steps`;
    describe("race", `Relative error against the length of a trial, both logarithmic. ${this.words()}`);
    this.drawn = drawn;
  }

  listen() {
    $("run").addEventListener("click", () => {
      this.measure = measurement(this.net, this.trials, LONG, JUDGES.seed);
      this.told = false;
      this.page.set({});
      this.page.wake();
    });
    $("another").addEventListener("click", () => {
      const random = uniform(this.rounds.length * 1000 + this.page.state.draw);
      const pick = (values) => values[Math.floor(random() * values.length)];
      this.page.set({
        net: pick(["rnn 0", "rnn_short 0"]), noise: pick([0, 1e-4, 3e-4, 1e-3, 3e-3]),
        draw: pick(CONTROLS.draw.values), bits: pick([32, 32, 16, 12, 10]), cut: "", mend: "none",
      });
      this.page.say("Another network is on the bench.");
    });
    // The guess can also be set in the chart itself.
    $("race").addEventListener("pointerdown", (event) => {
      if (this.measure) return;
      const exponent = this.drawn.py.invert(event.clientY - $("race").getBoundingClientRect().top);
      const distance = (guess) => Math.abs(Math.log10(guess) - exponent);
      const guess = CONTROLS.guess.values.reduce((a, b) => (distance(b) < distance(a) ? b : a));
      this.page.set({ guess });
    });
  }
}
