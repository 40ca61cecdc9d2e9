"""How to train: immutable descriptions of a training run."""

import dataclasses

import braintools

from integrator_lib._arguments import instance, one_of, real_number, true_or_false, whole_number


@dataclasses.dataclass(frozen=True)
class Stage:
    """A stretch of training with one batch shape and one learning-rate schedule.

    Args:
        num_batches: Number of optimizer steps, at least 1.
        batch_size: Trials in a batch, at least 1.
        learning_rate: Learning rate of the first step.
        final_learning_rate: Learning rate the schedule would reach one step after the last.
        num_steps: Steps in a trial; the task's own if ``None``.
        decay: ``"cosine"`` or ``"exponential"``; an exponential never reaches a rate of 0.
        relative_error: Whether the loss divides the squared error at step ``t`` by ``t**2``
            (and scales the result so that the mean weight is 1). Late targets are larger;
            without the division they drown early ones in long trials.
    """

    num_batches: int
    batch_size: int
    learning_rate: float
    final_learning_rate: float
    num_steps: int | None = None
    decay: str = "cosine"
    relative_error: bool = False

    def __post_init__(self) -> None:
        whole_number("num_batches", self.num_batches)
        whole_number("batch_size", self.batch_size)
        real_number("learning_rate", self.learning_rate, above=0)
        real_number(
            "final_learning_rate", self.final_learning_rate, at_least=0, at_most=self.learning_rate
        )
        if self.num_steps is not None:
            whole_number("num_steps", self.num_steps)
        one_of("decay", self.decay, ("cosine", "exponential"))
        if self.decay == "exponential":
            real_number("final_learning_rate", self.final_learning_rate, above=0)
        true_or_false("relative_error", self.relative_error)

    def schedule(self) -> braintools.optim.LRScheduler:
        """Return a new braintools schedule; it moves only when its ``step()`` is called."""
        if self.decay == "cosine":
            return braintools.optim.CosineAnnealingLR(
                base_lr=self.learning_rate,
                T_max=self.num_batches,
                eta_min=self.final_learning_rate,
            )
        ratio = self.final_learning_rate / self.learning_rate
        return braintools.optim.ExponentialDecayLR(
            base_lr=self.learning_rate, decay_steps=1, decay_rate=ratio ** (1 / self.num_batches)
        )


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run, but the network, the task and the seed.

    Args:
        stages: The stages, run one after another.
        trains: ``"matrices"`` for the weight matrices alone, ``"all"`` for biases and the
            trainable initial state too. Without offsets a ReLU network that integrates
            small inputs integrates large ones as well.
        adam_beta2: Share of Adam's mean squared gradient that is kept at each step.
        adam_eps: Adam's ``eps``, added to the root mean square of each gradient entry.
        clip_norm: Largest norm of the whole gradient; longer ones are scaled down to it.
            ``None`` for no clipping.
        l2: Factor of the L2 penalty, the sum of squared parameters.
        l2_covers: ``"matrices"`` for the weight matrices alone, ``"all"`` for biases and
            the trainable initial state too.
        step_schedule: Whether the learning rate follows its schedule or stays where it starts.
        fresh_trials: Whether each step draws new trials, or all steps use the first batch.

    >>> Recipe().num_batches, Recipe(clip_norm=None).clip_norm
    (4000, None)
    """

    stages: tuple[Stage, ...] = (
        Stage(3000, batch_size=32, learning_rate=5e-3, final_learning_rate=0.0),
        Stage(
            1000,
            batch_size=16,
            learning_rate=5e-4,
            final_learning_rate=1e-6,
            num_steps=100,
            relative_error=True,
        ),
    )
    trains: str = "matrices"
    adam_beta2: float = 0.95
    adam_eps: float = 1e-8
    clip_norm: float | None = 1.0
    l2: float = 0.0
    l2_covers: str = "matrices"
    step_schedule: bool = True
    fresh_trials: bool = True

    def __post_init__(self) -> None:
        instance("stages", self.stages, tuple)
        if not self.stages:
            raise ValueError("stages must hold at least one Stage, got none")
        for stage in self.stages:
            instance("stages", stage, Stage)
        one_of("trains", self.trains, ("matrices", "all"))
        real_number("adam_beta2", self.adam_beta2, above=0, below=1)
        real_number("adam_eps", self.adam_eps, above=0)
        if self.clip_norm is not None:
            real_number("clip_norm", self.clip_norm, above=0)
        real_number("l2", self.l2, at_least=0)
        one_of("l2_covers", self.l2_covers, ("matrices", "all"))
        true_or_false("step_schedule", self.step_schedule)
        true_or_false("fresh_trials", self.fresh_trials)

    @property
    def num_batches(self) -> int:
        """Optimizer steps in all stages together."""
        return sum(stage.num_batches for stage in self.stages)

    @classmethod
    def tutorial(cls) -> "Recipe":
        """Return the recipe of BrainState's integrator tutorial as published.

        Its faults are included: the schedule is never stepped, so that the learning rate
        stays at 0.025 instead of falling to 0.0134; no gradient is clipped; the penalty
        covers biases and initial state; Adam's ``eps`` of 0.1 hides most of its scaling.
        """
        num_batches = 2500
        return cls(
            stages=(
                Stage(
                    num_batches,
                    batch_size=512,
                    learning_rate=0.025,
                    final_learning_rate=0.025 * 0.99975**num_batches,
                    decay="exponential",
                ),
            ),
            trains="all",
            adam_beta2=0.999,
            adam_eps=0.1,
            clip_norm=None,
            l2=2e-4,
            l2_covers="all",
            step_schedule=False,
        )
