"""The course's own entries to the speedrun."""

from collections.abc import Callable

import jax

from integrator_lib.networks import IntegratorRNN
from integrator_lib.task import IntegratorTask
from integrator_lib.training import Recipe, run_chunks, train_by_least_squares, unstack


def by_recipe(recipe: Recipe) -> Callable:
    """Return an entry that follows a recipe."""

    def train(values: dict, key: jax.Array) -> dict:
        model = IntegratorRNN(seed=None)
        model.set_values(values)
        steps = max(stage.num_batches for stage in recipe.stages)
        for values, _ in run_chunks([model], IntegratorTask(), recipe, [key], chunk_size=steps):
            trained = unstack(values)[0]
        return trained

    return train


ENTRIES: dict[str, Callable] = {
    "tutorial": by_recipe(Recipe.tutorial()),
    "recipe": by_recipe(Recipe()),
    "least_squares": train_by_least_squares,
}
