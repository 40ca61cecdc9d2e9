// The front page's miniature: push the input, let go, and the trained network keeps the sum.

const SHOWN = 150; // steps that the chart holds
const PACE = 40; // milliseconds a step
const REACH = 2; // beyond it the chart ends, and an input is not heard
// What is pushed until the reader does it: an input and for how many steps. It adds up to 0.
const TOUR = [[0.06, 15], [0, 35], [-0.05, 40], [0, 30], [0.1, 20], [0, 35], [-0.03, 30], [0, 45]];

function toured(t) {
  let left = t % TOUR.reduce((steps, [, count]) => steps + count, 0);
  return TOUR.find(([, count]) => (left -= count) < 0)[0];
}

class Miniature {
  constructor(root) {
    this.root = root;
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.net = decode(window.playgroundWeights["rnn 0"]);
    this.advance = stepper(this.net);
    this.where = geometry(this.net, REACH);
    this.h = new Float64Array(this.net.size);
    [this.time, this.sum, this.driven] = [0, 0, false];
    [this.inputs, this.sums, this.outputs, this.path] = [[], [], [], []];
    for (let t = 0; t < SHOWN; t++) this.step();
    this.listen();
    this.show();
    this.play(!this.motion.matches);
  }

  step() {
    const pushed = this.driven ? Number($("push").value) / 100 : toured(this.time);
    const input = Math.abs(this.sum + pushed) > REACH ? 0 : pushed;
    this.time += 1;
    this.sum += input;
    this.advance(this.h, input);
    const place = this.where.axes.map((axis) => dot(axis, this.h));
    const kept = [[this.inputs, input], [this.sums, this.sum], [this.outputs, dot(this.net.out, this.h)],
      [this.path, place]];
    for (const [values, value] of kept) {
      values.push(value);
      if (values.length > SHOWN) values.shift();
    }
  }

  play(on) {
    this.playing = on;
    this.last = null;
    $("mini-play").textContent = on ? "Pause" : "Play";
    this.wake();
  }

  // It rests when it is paused, out of sight, or in a hidden tab.
  wake() {
    if (this.frame || !this.playing || this.away || document.hidden) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = null;
      this.turn(now);
      this.wake();
    });
  }

  turn(now) {
    if (this.last === null) this.last = now;
    const due = Math.min(4, Math.floor((now - this.last) / PACE));
    if (!due) return;
    this.last = due < 4 ? this.last + due * PACE : now;
    for (let k = 0; k < due; k++) this.step();
    this.draw();
  }

  show() {
    this.look = colours(this.root, this.scheme);
    this.draw();
  }

  draw() {
    const { look, inputs, sums, outputs } = this;
    const x = [1, SHOWN];
    const bars = chart($("mini-input"), look, { x, y: [-0.15, 0.15], bare: true, room: 84 });
    const width = (bars.px(SHOWN) - bars.px(1)) / SHOWN;
    inputs.forEach((input, k) => {
      bars.ctx.fillStyle = input > 0 ? look.plus : look.minus;
      const [from, to] = [bars.py(0), bars.py(input)];
      bars.ctx.fillRect(bars.px(k + 1) - width, Math.min(from, to), width + 0.5, Math.abs(from - to));
    });
    bars.ctx.fillStyle = look.muted;
    bars.ctx.textAlign = "left";
    bars.ctx.fillText("input", bars.px(SHOWN) + 8, bars.py(0));
    const { ctx, px, py } = chart($("mini-sum"), look, {
      x,
      y: [-REACH, REACH],
      bare: true,
      room: 84,
      lines: [
        { ys: sums, colour: look.truth, width: 7, label: "true sum", ink: look.muted },
        { ys: outputs, colour: look.output, width: 2.5, label: "network" },
      ],
    });
    const last = outputs.length - 1;
    disc(ctx, px(SHOWN), py(outputs[last]), 5, look.output, look.panel);
    drawPlane($("mini-plane"), look, this.where, this.path, last);
    write("mini-now", `true sum ${signed(sums[last])}, network ${signed(outputs[last])}`);
  }

  listen() {
    const push = $("push");
    const say = () => {
      $("mini-pushed").textContent = signed(Number(push.value) / 100);
      push.setAttribute("aria-valuetext", `${signed(Number(push.value) / 100)} in each step`);
    };
    push.addEventListener("input", () => {
      this.driven = true;
      say();
      if (!this.playing) this.play(true);
    });
    for (const kind of ["pointerup", "pointercancel", "blur"]) {
      push.addEventListener(kind, () => {
        push.value = 0;
        say();
      });
    }
    say();
    $("mini-play").addEventListener("click", () => this.play(!this.playing));
    const show = () => this.show();
    this.scheme.addEventListener("change", show);
    new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    new ResizeObserver(show).observe(this.root);
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.away = !isIntersecting;
      this.last = null;
      this.wake();
    }).observe(this.root);
    document.addEventListener("visibilitychange", () => {
      this.last = null;
      this.wake();
    });
  }
}

window.addEventListener("DOMContentLoaded", () => {
  window.miniature = new Miniature($("mini"));
});
