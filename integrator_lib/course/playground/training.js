// Training in the page: backpropagation through time and Adam, written out.

const ADAM = { keepMean: 0.9, keepSquare: 0.95, eps: 1e-8 };
const BUDGET = { steps: 1500, trials: 16 };

class Trainer {
  // options: units, seed, rate, clip (0 for none), l2, length of a trial in steps
  constructor(options) {
    this.options = options;
    const size = options.units;
    const random = normal(options.seed);
    const scaled = (length, sd) => Float64Array.from({ length }, () => sd * random());
    // Xavier's variance, 2 / (rows + columns), for both matrices.
    this.net = {
      kind: "relu",
      size,
      W: scaled((size + 1) * size, Math.sqrt(2 / (2 * size + 1))),
      out: scaled(size, Math.sqrt(2 / (size + 1))),
    };
    this.random = random;
    this.step = 0;
    this.diverged = false;
    this.moments = [this.net.W, this.net.out].map((a) => ({
      mean: new Float64Array(a.length),
      square: new Float64Array(a.length),
    }));
  }

  get finished() {
    return this.diverged || this.step >= BUDGET.steps;
  }

  // Cosine from the first rate down to 0, one step after the last.
  get rate() {
    return (this.options.rate * (1 + Math.cos((Math.PI * this.step) / BUDGET.steps))) / 2;
  }

  draw() {
    return Array.from({ length: BUDGET.trials }, () =>
      drawTrial(this.random, this.options.length),
    );
  }

  // The loss on some trials and its gradient: mean squared error plus the penalty.
  gradient(trials) {
    const { net } = this;
    const size = net.size;
    const steps = trials[0].length;
    const share = 2 / (steps * trials.length);
    const gW = new Float64Array(net.W.length);
    const gOut = new Float64Array(size);
    const back = new Float64Array(size);
    const before = new Float64Array(size);
    let mse = 0;
    for (const inputs of trials) {
      const { outputs, states } = runTrial(net, inputs, true);
      const targets = runningSum(inputs);
      back.fill(0);
      for (let t = steps - 1; t >= 0; t--) {
        const error = outputs[t] - targets[t];
        mse += error ** 2;
        const h = states[t];
        // What the error at this step and at later ones asks of each unit before its ReLU.
        for (let i = 0; i < size; i++) {
          gOut[i] += share * error * h[i];
          before[i] = h[i] > 0 ? back[i] + share * error * net.out[i] : 0;
          gW[i] += inputs[t] * before[i];
        }
        const last = t > 0 ? states[t - 1] : null;
        for (let j = 0; j < size; j++) {
          const row = (j + 1) * size;
          let sum = 0;
          const from = last ? last[j] : 0;
          for (let i = 0; i < size; i++) {
            sum += net.W[row + i] * before[i];
            gW[row + i] += from * before[i];
          }
          back[j] = sum;
        }
      }
    }
    mse /= steps * trials.length;
    const penalty = this.options.l2 * (dot(net.W, net.W) + dot(net.out, net.out));
    for (const [g, weights] of [[gW, net.W], [gOut, net.out]]) {
      for (let k = 0; k < g.length; k++) g[k] += 2 * this.options.l2 * weights[k];
    }
    return { mse, loss: mse + penalty, gradients: [gW, gOut] };
  }

  // One optimizer step on fresh trials.
  advance() {
    const { mse, loss, gradients } = this.gradient(this.draw());
    const length = Math.sqrt(gradients.reduce((sum, g) => sum + dot(g, g), 0));
    if (!Number.isFinite(loss) || !Number.isFinite(length)) {
      this.diverged = true;
      return;
    }
    const { clip } = this.options;
    const scale = clip > 0 && length > clip ? clip / length : 1;
    const rate = this.rate;
    this.step += 1;
    const unbiasMean = 1 - ADAM.keepMean ** this.step;
    const unbiasSquare = 1 - ADAM.keepSquare ** this.step;
    [this.net.W, this.net.out].forEach((weights, part) => {
      const { mean, square } = this.moments[part];
      for (let k = 0; k < weights.length; k++) {
        const g = scale * gradients[part][k];
        mean[k] += (1 - ADAM.keepMean) * (g - mean[k]);
        square[k] += (1 - ADAM.keepSquare) * (g * g - square[k]);
        const size = Math.sqrt(square[k] / unbiasSquare) + ADAM.eps;
        weights[k] -= (rate * mean[k]) / unbiasMean / size;
      }
    });
    this.mse = mse;
    this.loss = loss;
    this.gradientNorm = length;
  }
}
