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
    assert len(plotting.plot_curves([1], {"two": [[1], [2]]}, "x", "y").collections) == 1
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
    np.testing.assert_array_equal(axes[1, 0].lines[0].get_ydata(), TARGETS[:, 0, 0])


def test_palette_and_line_styles_pair_up():
    assert len(plotting.PALETTE) == len(plotting.LINE_STYLES) == len(set(plotting.PALETTE))


def test_the_band_of_several_networks_reaches_from_the_lowest_to_the_highest():
    ax = plotting.plot_curves([1, 2], {"many": [[1, 2], [3, 4], [9, 8]]}, "x", "y")
    vertices = ax.collections[0].get_paths()[0].vertices
    assert {tuple(point) for point in vertices} >= {(1, 1), (1, 9), (2, 2), (2, 8)}


def points(line):
    """Return a drawn line's points, (number, 2)."""
    return np.stack([np.asarray(line.get_xdata()), np.asarray(line.get_ydata())], axis=1)


def test_spectra_stand_in_the_unit_circle():
    (ax,) = plotting.plot_spectra({"one": [0.5 + 0.25j, -1.0]})
    circle, eigenvalues = map(points, ax.lines)
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), 1)
    np.testing.assert_allclose(circle[0], circle[-1], atol=1e-12)
    np.testing.assert_array_equal(eigenvalues, [[0.5, 0.25], [-1, 0]])


def test_predicted_and_measured_values_are_drawn_against_each_other():
    pairs = {"one": ([1, 2], [1, 3]), "two": ([[4.0]], [[5.0]])}
    ax = plotting.plot_predicted(pairs, "errors")
    np.testing.assert_array_equal(points(ax.lines[1]), [[1, 1], [2, 3]])
    np.testing.assert_array_equal(points(ax.lines[2]), [[4, 5]])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two"]
    _, own = plt.subplots()
    assert plotting.plot_predicted({"one": ([1], [2])}, "errors", ax=own) is own
    assert own.get_legend() is None


def test_path_errors_are_distances_and_what_is_far_away_is_not_drawn():
    path, away = np.cumsum(np.ones((50, 2)), axis=0), np.array([3.0, 4.0])
    estimates = {"near": path + away, "far": path + 1000}
    plane, ax = plotting.plot_path_errors(path, estimates, seconds_per_step=60, num_shown=20)
    truth, end, near = plane.lines
    np.testing.assert_array_equal(points(truth), path[-20:])
    np.testing.assert_array_equal(points(end), path[-1:])
    np.testing.assert_array_equal(points(near), path[-20:] + away)
    minutes, distances = points(ax.lines[0]).T
    assert minutes[0] == 1 and minutes[-1] == 50
    np.testing.assert_allclose(distances, 5)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), 1000 * np.sqrt(2))


def test_loops_end_in_a_dot_beside_the_predicted_end():
    path = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    ax = plotting.plot_loop(path, {"leaky": path / 2}, predicted_end=[0.1, 0.2])
    drawn = [points(line) for line in ax.lines]
    for found, expected in zip(
        drawn, (path, path / 2, path[-1:] / 2, [[0.1, 0.2]], [[0, 0]]), strict=True
    ):
        np.testing.assert_array_equal(found, expected)


def test_walkers_are_drawn_with_their_mean_and_its_limit():
    walks = np.random.default_rng(0).normal(size=(5, 7, 2))
    ax = plotting.plot_walkers(walks, heading_noise=0.1, num_shown=3)
    np.testing.assert_array_equal(points(ax.lines[2]), walks[:, 2])
    np.testing.assert_allclose(points(ax.lines[3]), walks.mean(axis=1))
    np.testing.assert_allclose(ax.lines[4].get_xdata(), 200)


def test_directions_lie_on_two_circles_with_a_line_between():
    given, held = np.array([[3.0, 0.0], [0.0, 2.0]]), np.array([[0.0, 5.0], [0.0, 1.0]])
    (ax,) = plotting.plot_directions({"one": np.stack([given, held])})
    *between, inner, outer = (points(line) for line in ax.lines)
    np.testing.assert_allclose(inner, [[1, 0], [0, 1]])
    np.testing.assert_allclose(outer, [[0, 1.4], [0, 1.4]])
    np.testing.assert_allclose(between[0], [inner[0], outer[0]])


def test_growth_starts_after_the_first_step():
    ax = plotting.plot_growth({"a": [1.1, 1.2], "b": [0.9]}, "days")
    np.testing.assert_array_equal(points(ax.lines[0]), [[1, 1.1], [2, 1.2]])
    assert ax.get_yscale() == "log" and ax.get_xlabel() == "days"


def test_responses_are_drawn_as_gain_in_percent_and_phase_in_degrees():
    turned = 1.02 * np.exp(1j * np.radians([10.0, -5.0]))
    gain, phase = plotting.plot_response(
        [10, 20], {"one": turned}, {"one": {"law": np.ones(2), "other": turned}}
    )
    for ax, law, found in ((gain, 0, [2, 2]), (phase, 0, [10, -5])):
        np.testing.assert_allclose(ax.lines[0].get_ydata(), law, atol=1e-9)
        np.testing.assert_allclose(ax.lines[1].get_ydata(), found)
        np.testing.assert_allclose(points(ax.lines[2]), np.transpose([[10, 20], found]))
        assert ax.lines[2].get_marker() == "o"
