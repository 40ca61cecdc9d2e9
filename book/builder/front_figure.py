"""Draw the front page's figure: ``make front-figure``."""

import matplotlib.pyplot as plt
import numpy as np

from book.builder.chapters import REPOSITORY
from integrator_lib import IntegratorTask, Recipe, evaluate, load_trained, predict
from integrator_lib.plotting import LINE_STYLES, PALETTE, use_course_style

FIGURE = REPOSITORY / "book" / "static" / "front_figure.png"
LENGTHS = (25, 50, 100, 250, 500, 1000)
NETWORKS = {"ReLU": "rnn", "GRU": "gru", "tanh": "tanh"}


def main() -> None:
    """Draw one integrated trial, and the error of three networks against trial length."""
    use_course_style()
    task = IntegratorTask()
    trained = max(stage.num_steps or task.num_steps for stage in Recipe().stages)
    models = {name: load_trained(kind) for name, kind in NETWORKS.items()}
    inputs, targets = task.sample(1, seed=3, num_steps=LENGTHS[3])
    _, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5), width_ratios=(1.15, 1))
    steps = np.arange(1, LENGTHS[3] + 1)
    left.plot(steps, targets[:, 0, 0], color=PALETTE[4], lw=6, alpha=0.35, label="true sum")
    for number, (name, model) in enumerate(models.items()):
        style = {"color": PALETTE[number], "ls": LINE_STYLES[number]}
        left.plot(steps, predict(model, inputs)[:, 0, 0], label=name, **style)
        errors = [evaluate(model, task, num_trials=1024, num_steps=n).relative_mse for n in LENGTHS]
        right.plot(LENGTHS, errors, marker="o", ms=4, label=name, **style)
    left.set(xlabel="step", ylabel="running sum", title="Trained networks add up ...")
    right.set(xlabel="steps in a trial", ylabel="error / mean squared target")
    right.set(xscale="log", yscale="log", title="... and most fail on longer trials")
    right.set_xticks(LENGTHS, [str(n) for n in LENGTHS])
    right.minorticks_off()
    for axes in (left, right):
        axes.axvspan(0, trained, color=PALETTE[4], alpha=0.1, lw=0, label="lengths trained on")
    left.set_xlim(0)
    right.set_xlim(0.8 * LENGTHS[0])
    left.legend(loc="lower left")
    plt.savefig(FIGURE, dpi=200, metadata={"Software": None})


if __name__ == "__main__":
    main()
