"""Figures show the data they are given."""

import base64

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt

from integrator_lib import IntegratorTask, Score, plotting

INPUTS, TARGETS = (np.asarray(a) for a in IntegratorTask().sample(3, seed=0))


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context():
        plotting.use_course_style()
        yield
    plt.close("all")


def test_trials_draw_each_trial_in_both_panels():
    for ax, values in zip(plotting.plot_trials(INPUTS, TARGETS), (INPUTS, TARGETS), strict=True):
        for trial, line in enumerate(ax.lines):
            np.testing.assert_array_equal(line.get_ydata(), values[:, trial, 0])
        assert len(ax.lines) == 3 and ax.get_xlabel() == "step $t$"


def test_spread_draws_every_target_and_the_mean():
    ax = plotting.plot_band(TARGETS, np.zeros(25), np.ones(25))
    assert len(ax.lines) == 4 and len(ax.collections) == 1


def test_bars_keep_their_order_from_top():
    ax = plotting.plot_bars({"first": 1.0, "second": 0.1}, "error")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["first", "second"]
    assert ax.yaxis_inverted() and ax.get_xscale() == "log"


def test_a_logarithmic_axis_has_dots_and_a_linear_one_bars():
    ax = plotting.plot_bars({"first": 1.0, "second": 0.1}, "error")
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1.0, 0.1])
    assert not ax.patches and [t.get_text() for t in ax.texts] == ["1", "0.1"]
    ax = plotting.plot_bars({"first": 1.0, "second": 0.1}, "error", log=False)
    assert [bar.get_width() for bar in ax.patches] == [1.0, 0.1]
    assert ax.get_xscale() == "linear"


def test_a_notebooks_figures_have_two_pixels_for_one():
    import io

    import nbformat
    from nbclient import NotebookClient
    from PIL import Image

    source = (
        "from integrator_lib.plotting import use_course_style\n"
        "use_course_style()\n"
        "import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2])\n"
        "plt.show()"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=120).execute()
    (output,) = notebook.cells[0].outputs
    pixels = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).size
    shown = output.metadata["image/png"]
    # An odd number of pixels is halved and rounded down.
    assert [pixel // 2 for pixel in pixels] == [shown["width"], shown["height"]]


def test_prediction_draws_truth_and_each_network():
    ax = plotting.plot_prediction(TARGETS, {"a": TARGETS + 1, "b": TARGETS}, trial=2)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["truth", "a", "b"]
    np.testing.assert_allclose(ax.lines[1].get_ydata(), TARGETS[:, 2, 0] + 1)


def test_curves_draw_the_median_of_several_networks_with_their_range():
    ax = plotting.plot_curves([1, 2], {"many": [[1, 2], [3, 4], [9, 9]], "one": [1, 1]}, "x", "y")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [3, 4])
    assert len(ax.collections) == 1
    assert plotting.plot_curves([1], {"one": [1]}, "x", "y", log=False).get_xscale() == "linear"


def test_agreement_draws_predictions_measurements_and_their_ratio_with_intervals():
    score = Score(
        mse=3.0, mse_interval=(2.0, 4.0), relative_mse=1, r_squared=0, num_trials=2, num_steps=25
    )
    errors, ratios = plotting.plot_agreement([1, 2], {"a": [2, 4]}, {"a": [score] * 2}, "leak")
    np.testing.assert_array_equal(errors.lines[0].get_ydata(), [2, 4])
    np.testing.assert_array_equal(ratios.containers[0].lines[0].get_ydata(), [1.5, 0.75])
    (bars,) = ratios.containers[0].lines[2]
    np.testing.assert_allclose([b[:, 1] for b in bars.get_segments()], [[1, 2], [0.5, 1]])


def test_hidden_units_are_sorted_by_how_they_follow_the_sum():
    follows = np.concatenate([TARGETS, -TARGETS, 0 * TARGETS], axis=2)
    axes = plotting.plot_hidden(follows, TARGETS, trials=[0])
    shown = axes[0, 0].images[0].get_array()
    np.testing.assert_allclose(shown, np.stack([-TARGETS, 0 * TARGETS, TARGETS])[:, :, 0, 0])


def test_palette_and_line_styles_pair_up():
    assert len(plotting.PALETTE) == len(plotting.LINE_STYLES) == len(set(plotting.PALETTE))


def test_the_band_of_several_networks_reaches_from_the_lowest_to_the_highest():
    ax = plotting.plot_curves([1, 2], {"many": [[1, 2], [3, 4], [9, 8]]}, "x", "y")
    vertices = ax.collections[0].get_paths()[0].vertices
    assert {tuple(point) for point in vertices} >= {(1, 1), (1, 9), (2, 2), (2, 8)}
