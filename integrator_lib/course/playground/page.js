// The page: controls, address, theme, and one loop that draws while there is something to do.

const LEADS = {
  drive: "Draw an input. The network hears one number a step and must say their running sum.",
  train: "A network of random weights learns the running sum, here in your browser.",
  mend: "A memory is fine tuning. Break it a little, see how far it drifts, and mend it.",
  predict: "Say how wrong a network will be over 1000 steps, before it runs. Then let a formula try.",
};

class Page {
  constructor(root) {
    this.root = root;
    this.motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    const { state, refused } = readAddress(window.location.hash);
    this.state = state;
    this.setTheme();
    for (const box of root.querySelectorAll("[data-control]")) this.build(box);
    this.listen();
    this.views = {};
    this.views.train = new Train(this);
    this.views.drive = new Drive(this);
    this.views.mend = new Mend(this);
    this.views.predict = new Predict(this);
    this.refresh();
    this.refuse(refused);
  }

  get calm() {
    return this.motion.matches;
  }

  get view() {
    return this.views[this.state.view];
  }

  key() {
    return benchKey(this.state);
  }

  bench() {
    return onTheBench(this.state, copyOf(this.views.train.trainer.net));
  }

  network() {
    return this.bench().current;
  }

  // Say what has changed, to those who do not see it.
  say(text) {
    write("status", text);
  }

  refuse(refused) {
    write("refused", refused.length ? `Not understood in the address: ${refused.join(", ")}.` : "");
  }

  set(changes) {
    Object.assign(this.state, changes);
    try {
      const address = writeAddress(this.state);
      window.history.replaceState(null, "", address === "#" ? window.location.pathname : address);
    } catch {
      // A page inside a notebook may have no address of its own.
    }
    this.refresh();
  }

  open(hash) {
    const { state, refused } = readAddress(hash);
    const { train } = this.views;
    if (train.running) {
      train.running = false;
      $("go").textContent = "Train";
    }
    this.set(state);
    this.views.drive.head = 0;
    if (state.view === "drive" && !this.calm) this.views.drive.play(true);
    this.refuse(refused);
  }

  // Bring every control up to the state, then draw the open tab.
  refresh() {
    for (const tab of this.root.querySelectorAll("[role=tab]")) {
      const on = tab.dataset.view === this.state.view;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      $(tab.dataset.view).hidden = !on;
    }
    write("lead", LEADS[this.state.view]);
    $("bench").hidden = this.state.view === "train";
    for (const box of this.root.querySelectorAll("[data-control]")) this.show(box);
    $("draws").hidden = !this.state.noise;
    this.showPresets();
    write("condition", this.condition());
    $("undo").hidden = !isDamaged(this.state) && this.state.mend === "none";
    // Your own network may first have to be trained as far as the address says.
    if (this.state.net === "yours" && !this.views.train.settle()) {
      this.say("Training your network again, as far as the address says ...");
    } else this.view.show();
    this.wake();
  }

  condition() {
    const { noise, bits, cut, mend } = this.state;
    const parts = [];
    if (noise) parts.push(`noise of sd ${brief(noise)} on every weight`);
    if (bits < 32) parts.push(`${bits} bits a weight`);
    if (cut) parts.push(`units cut: ${cut.split(",").length}`);
    const mended = mend === "none" ? "" : `mended (${CONTROLS.mend.show(mend)})`;
    return [parts.length ? `broken: ${parts.join(", ")}` : "", mended].filter(Boolean).join("; ");
  }

  // One loop for all tabs. It stops when nothing is left to do, and in a hidden tab.
  wake() {
    if (this.frame || document.hidden) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = null;
      if (document.hidden) return;
      if (this.turn(now)) this.wake();
    });
  }

  turn(now) {
    const { train } = this.views;
    if (this.state.view === "train" || this.state.net !== "yours" || train.settle()) {
      return this.view.tick(now);
    }
    if (!train.work()) this.refresh();
    return true;
  }

  setTheme() {
    this.look = colours(this.root, this.scheme);
  }

  listen() {
    const redraw = () => {
      this.setTheme();
      this.view.show();
    };
    this.scheme.addEventListener("change", redraw);
    this.motion.addEventListener("change", () => this.views.drive.play(false));
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    let width = this.root.clientWidth;
    new ResizeObserver(() => {
      if (this.root.clientWidth === width || !this.views) return;
      width = this.root.clientWidth;
      this.view.show();
    }).observe(this.root);
    document.addEventListener("visibilitychange", () => {
      this.views.drive.last = null;
      this.wake();
    });
    window.addEventListener("hashchange", () => this.open(window.location.hash));
    this.root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-open]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open(link.dataset.open);
      this.say(`${link.querySelector("strong").textContent} is open.`);
    });
    $("reset").addEventListener("click", () => {
      this.open("");
      this.say("Everything is as at the start.");
    });
    $("undo").addEventListener("click", () => {
      this.set({ noise: 0, bits: 32, cut: "", mend: "none", draw: 1 });
      this.say("The network is as it came.");
    });
    const tabs = [...this.root.querySelectorAll("[role=tab]")];
    tabs.forEach((tab, k) => {
      tab.addEventListener("click", () => this.set({ view: tab.dataset.view }));
      tab.addEventListener("keydown", (event) => {
        const to = { ArrowLeft: k - 1, ArrowRight: k + 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = tabs[(to + tabs.length) % tabs.length];
        this.set({ view: next.dataset.view });
        next.focus();
      });
    });
  }

  // Build a control from its entry in CONTROLS: radio buttons or a slider over its values.
  build(box) {
    const key = box.dataset.control;
    const { label, values } = CONTROLS[key];
    const id = `pg-${box.id || key}`;
    if (box.dataset.as === "choice") {
      const choices = values.map((value, k) =>
        `<label><input type="radio" name="${id}" value="${k}" aria-describedby="${id}-say"><span></span></label>`,
      );
      box.innerHTML = `<fieldset><legend>${label}</legend><div class="pg-choices">${choices.join("")}</div></fieldset>
        <p id="${id}-say"></p>`;
    } else {
      box.innerHTML = `<label for="${id}-set">${label} <output for="${id}-set"></output></label>
        <input type="range" id="${id}-set" min="0" max="${values.length - 1}" step="1" aria-describedby="${id}-say">
        <p id="${id}-say"></p>`;
    }
    box.addEventListener("input", ({ target }) => {
      const value = values[Number(target.value)];
      const restart = ["units", "seed", "rate", "clip", "l2", "length"].includes(key);
      this.set({ [key]: value, ...(restart ? { trained: 0 } : {}) });
      this.say(`${label}: ${CONTROLS[key].show(value)}. ${CONTROLS[key].say(value)}`);
    });
  }

  show(box) {
    const key = box.dataset.control;
    const { values, show, say } = CONTROLS[key];
    const value = this.state[key];
    const shown = show(value);
    if (box.dataset.as === "choice") {
      box.querySelectorAll("label").forEach((label, k) => {
        label.querySelector("input").checked = values[k] === value;
        label.querySelector("span").textContent = show(values[k]);
        const own = this.views.train && this.views.train.trainer.step > 0;
        label.hidden = key === "net" && values[k] === "yours" && !own && value !== "yours";
      });
    } else {
      const input = box.querySelector("input");
      input.value = values.indexOf(value);
      input.setAttribute("aria-valuetext", shown);
      box.querySelector("output").textContent = shown;
    }
    box.querySelector("p").textContent = say(value);
  }

  showPresets() {
    const box = $("presets");
    if (box.dataset.view === this.state.view) return;
    box.dataset.view = this.state.view;
    const carrier = geometry(original("rnn 0"), 5).order[0];
    box.innerHTML = PRESETS[this.state.view]
      .map(([title, text, address]) => {
        const hash = `#${address.replace("$CARRIER", carrier)}`;
        return `<li><a href="${hash}" data-open="${hash}"><strong>${title}</strong> <span>${text}</span></a></li>`;
      })
      .join("");
  }
}

// For tests and for the curious: playground.run("rnn 0", inputs) gives the outputs of one trial.
const named = (network) => {
  if (Object.hasOwn(NETWORKS, network) && network !== "yours") return original(network);
  throw new RangeError(`network must be one of ${window.playground.networks.join(", ")}, got ${network}`);
};

window.playground = {
  networks: Object.keys(NETWORKS).filter((name) => name !== "yours"),
  run(network, inputs) {
    const numbers = Array.from(inputs, Number);
    if (!numbers.every(Number.isFinite)) throw new RangeError("inputs must be finite numbers");
    return [...runTrial(named(network), numbers).outputs];
  },
  // Eigenvalue and gain of both halves, and the relative errors that they predict.
  halves: (network) => halves(named(network)).map((place) => place && [place.eigenvalue, place.gain]),
  predict: (network, steps) => [...predictedErrors(halves(named(network)), steps)],
  // Train from scratch: the weights, the loss of each step, every tenth the error on new trials.
  train(options, steps) {
    const trainer = new Trainer(options);
    const [losses, errors] = [[], []];
    while (trainer.step < steps && !trainer.finished) {
      trainer.advance();
      losses.push(trainer.loss);
      if (trainer.step % 10 === 0) errors.push(heldOutError(trainer.net));
    }
    return { W: [...trainer.net.W], out: [...trainer.net.out], losses, errors };
  },
};

window.addEventListener("DOMContentLoaded", () => {
  const root = $("root");
  if (root) new Page(root);
});
