"""The only training loop. Knows nothing of folders, screens or networks' layers."""

import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from torch import Tensor

from inkdigits.core.errors import TrainingDivergedError
from inkdigits.data.dataset import Split
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.listeners.listener import Listener, Pace
from inkdigits.learn.training.plan import Plan
from inkdigits.learn.training.schedules import learning_rate_at
from inkdigits.learn.training.state import TrainingState
from inkdigits.recipes import Recipe
from inkdigits.recipes.optimizers import lower_learning_rate
from inkdigits.runs.history import Record

_T = TypeVar("_T")

Steps = Generator[tuple[int, float], None, _T]
"""Steps to take: number from 0 and learning rate. The caller takes each before it resumes the generator."""

Save = Callable[[TrainingState, dict[str, Tensor]], None]
"""Saves a state and the best weights so far (empty where none are wanted)."""


@dataclass
class Loop:
    """Leads a trainer through a plan. The caller takes the steps, so that several loops can take theirs together.

    Attributes:
        trainer: Learns.
        recipe: Schedule and early stopping.
        plan: When to record, save and end.
        validation_data: The split that each record evaluates: the validation set, or the test set where the recipe
            watches that; None for none.
        listeners: Called at steps and records.
        best_weights: Weights of the best record, kept where early stopping will restore them.
        pace: Decides where the training waits; None for nowhere.
    """

    trainer: Trainer
    recipe: Recipe
    plan: Plan
    validation_data: Split | None
    listeners: Sequence[Listener] = ()
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    pace: Pace | None = None

    def run(self, state: TrainingState, stop_requested: Callable[[], bool], save: Save) -> Steps[TrainingState]:
        """Train from `state` to the end of the plan, to early stopping, or until `stop_requested` says so.

        Args:
            state: Where the trainer stands.
            stop_requested: Asked after every step.
            save: Called with each checkpoint.

        Yields:
            Each step that the trainer is to take.

        Returns:
            Where it stands; the last checkpoint is of this very step.

        Raises:
            TrainingDivergedError: The loss became NaN or infinite; the last checkpoint is from before that.
        """
        start_s = time.perf_counter() - state.seconds
        self.trainer.network.train()
        while state.step < self.plan.steps and not self.has_stopped_early(state):
            if self.pace:
                waited_s = self.pace.wait(state, partial(save, state, self.best_weights), stop_requested)
                start_s += waited_s  # which is no training
                if waited_s and stop_requested():
                    break
            state = yield from self._advance(state, stop_requested)
            is_last = state.step == self.plan.steps
            if state.step % self.plan.record_every == 0 or is_last:
                state = self._record(state)
            is_last = is_last or self.has_stopped_early(state) or stop_requested()
            state = replace(state, seconds=time.perf_counter() - start_s)
            if state.step % self.plan.checkpoint_every == 0 or is_last:
                if not self.trainer.is_finite():
                    raise self._diverged("a weight or running statistic", math.nan, state.step)
                save(state, self.best_weights)
            if is_last:
                break
        return state

    def _learning_rate(self, step: int) -> float:
        base = self.recipe.optimizer.learning_rate
        return learning_rate_at(self.recipe.schedule, base, step, self.plan.steps)

    def _advance(self, state: TrainingState, stop_requested: Callable[[], bool]) -> Steps[TrainingState]:
        """Step until the next record or checkpoint is due, a stop is wanted, or metrics have waited long enough.

        Between these there is nothing but steps: metrics stay on the device and are read together.
        """
        due = min(self.plan.steps, *(_next_multiple(every, state.step) for every in self.plan.intervals))
        collected_s, step = time.perf_counter(), state.step
        while step < due:
            yield step, self._learning_rate(step)
            step += 1
            interrupted = stop_requested() or (self.pace is not None and self.pace.interrupts())
            if interrupted or time.perf_counter() - collected_s > self.trainer.metrics_interval_s:
                break
        metrics = self.trainer.compute_step_metrics()
        for number, (loss, _, _) in enumerate(metrics):
            if not math.isfinite(loss):
                raise self._diverged("the loss", loss, state.step + number)
        state = state.after_steps(metrics)
        for listener in self.listeners:
            listener.on_step(state)
        return state

    def _record(self, state: TrainingState) -> TrainingState:
        validation = self.trainer.score(self.validation_data) if self.validation_data else None
        if validation and not math.isfinite(validation.loss):
            raise self._diverged("val_loss", validation.loss, state.step)
        record = Record(
            step=state.step,
            epoch=self.plan.epoch_at(state.step),
            loss=state.totals.mean_loss,
            accuracy=state.totals.accuracy,
            val_loss=validation.loss if validation else None,
            val_accuracy=validation.accuracy if validation else None,
            learning_rate=self._learning_rate(state.step - 1),
        )
        settings, early_stopping = self.recipe.early_stopping, state.early_stopping
        if settings:
            early_stopping = early_stopping.after(record, settings)
            if settings.restore_best and early_stopping.best_step == record.step:
                self.best_weights = self.trainer.weights()
        for listener in self.listeners:
            listener.on_record(record)
        return state.after_record(record, early_stopping)

    def has_stopped_early(self, state: TrainingState) -> bool:
        """Tell whether early stopping ends the training.

        Args:
            state: Where the training stands.
        """
        settings = self.recipe.early_stopping
        return bool(settings and state.early_stopping.should_stop(settings))

    def _diverged(self, what: str, value: float, step: int) -> TrainingDivergedError:
        return TrainingDivergedError(
            f"{what} became {value} at step {step + 1:,} (epoch {self.plan.epoch_at(step):g})",
            expected="a finite number",
            mend=f"lower optimizer.learning_rate (it was {self._learning_rate(step):g}), for example "
            f"--set optimizer.learning_rate={lower_learning_rate(self.recipe.optimizer):g}, and train into a new "
            "--out; the last good checkpoint is kept",
        )


def _next_multiple(every: int, step: int) -> int:
    """Return the first multiple of `every` beyond `step`."""
    return (step // every + 1) * every
