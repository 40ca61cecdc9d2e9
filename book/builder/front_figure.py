"""Draw the front page's figure: ``make front-figure``."""

import matplotlib.pyplot as plt
import numpy as np

from book.builder.chapters import REPOSITORY
from integrator_lib import IntegratorTask, evaluate, load_trained, predict
from integrator_lib.plotting import LINE_STYLES, PALETTE, use_course_style

FIGURE = REPOSITORY / "book" / "static" / "front_figure.png"
LENGTHS = (25, 50, 100, 250, 500, 1000)
NETWORKS = {"ReLU": "rnn", "GRU": "gru", "tanh": "tanh"}


def main() -> None:
    """Draw one integrated trial, and the error of three networks against trial length."""
    use_course_style()
    task = IntegratorTask()
    models = {name: load_trained(kind) for name, kind in NETWORKS.items()}
    inputs, targets = task.sample(1, seed=3, num_steps=LENGTHS[3])
    _, (left, right) = plt.subplots(1, 2, figsize=(7.8, 3.5), width_ratios=(1, 1.1))
    steps = np.arange(1, LENGTHS[3] + 1)
    left.plot(steps, targets[:, 0, 0], color=PALETTE[4], lw=5, alpha=0.35, label="true sum")
    for number, (name, model) in enumerate(models.items()):
        style = {"color": PALETTE[number], "ls": LINE_STYLES[number]}
        left.plot(steps, predict(model, inputs)[:, 0, 0], label=name, **style)
        errors = [evaluate(model, task, 1024, num_steps=n).relative_mse for n in LENGTHS]
        right.plot(LENGTHS, errors, marker="o", ms=4, label=name, **style)
    left.set(xlabel="step", ylabel="running sum", title="Trained networks add up ...")
    right.set(xlabel="steps in a trial", ylabel="error / mean squared target")
    right.set(xscale="log", yscale="log", title="... and some fail on longer trials")
    for axes in (left, right):
        axes.legend()
    plt.savefig(FIGURE, dpi=180, metadata={"Software": None})


if __name__ == "__main__":
    main()
