"""The only training loop. Knows nothing of folders, screens or networks' layers."""

import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from torch import Tensor

from inkdigits.core.errors import TrainingDivergedError
from inkdigits.data.dataset import Split
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.listeners import Listener
from inkdigits.learn.training.plan import Plan
from inkdigits.learn.training.schedules import learning_rate_at
from inkdigits.learn.training.state import TrainingState
from inkdigits.recipes import Recipe
from inkdigits.runs.history import Record

_T = TypeVar("_T")

Steps = Generator[tuple[int, float], None, _T]
"""Steps to take: the number of each, from 0, and its learning rate. It is taken before the next is asked for."""

Save = Callable[[TrainingState, dict[str, Tensor]], None]
"""Keeps a state and the best weights so far (empty where none are asked for)."""


@dataclass
class Loop:
    """Leads a trainer through a plan. Whoever runs it takes the steps, so that several loops can share theirs.

    Attributes:
        trainer: Learns.
        recipe: Schedule and early stopping.
        plan: When to record, save and end.
        watched: The validation set, or the test set where the recipe only watches it.
        listeners: Told of steps and records.
        best: Weights of the best record, kept where early stopping will restore them.
    """

    trainer: Trainer
    recipe: Recipe
    plan: Plan
    watched: Split | None
    listeners: Sequence[Listener] = ()
    best: dict[str, Tensor] = field(default_factory=dict)

    def run(self, state: TrainingState, should_stop: Callable[[], bool], save: Save) -> Steps[TrainingState]:
        """Train from `state` to the end of the plan, to early stopping, or until `should_stop` says so.

        Args:
            state: Where the trainer stands.
            should_stop: Asked after every step.
            save: Called with each checkpoint.

        Yields:
            Each step that the trainer is to take.

        Returns:
            Where it stands; the last checkpoint is of this very step.

        Raises:
            TrainingDivergedError: The loss became NaN or infinite; the last checkpoint is of before that.
        """
        begun = time.perf_counter() - state.seconds
        self.trainer.network.train()
        while state.step < self.plan.steps and not self.has_stopped_early(state):
            state = yield from self._advance(state, should_stop)
            at_end = state.step == self.plan.steps
            if state.step % self.plan.record_every == 0 or at_end:
                state = self._record(state)
            at_end = at_end or self.has_stopped_early(state) or should_stop()
            state = replace(state, seconds=time.perf_counter() - begun)
            if state.step % self.plan.checkpoint_every == 0 or at_end:
                if not self.trainer.is_finite():
                    raise self._diverged("a weight or running statistic", math.nan, state.step)
                save(state, self.best)
            if at_end:
                break
        return state

    def _learning_rate(self, step: int) -> float:
        base = self.recipe.optimizer.learning_rate
        return learning_rate_at(self.recipe.schedule, base, step, self.plan.steps)

    def _advance(self, state: TrainingState, should_stop: Callable[[], bool]) -> Steps[TrainingState]:
        """Step until the next record or checkpoint is due, somebody stops it, or figures have waited long enough.

        Between these there is nothing but steps: figures stay on the device and are read together.
        """
        due = min(self.plan.steps, *(_next(every, state.step) for every in self.plan.intervals))
        looked, step = time.perf_counter(), state.step
        while step < due:
            yield step, self._learning_rate(step)
            step += 1
            if should_stop() or time.perf_counter() - looked > self.trainer.metrics_interval_s:
                break
        outcomes = self.trainer.compute_metrics()
        for number, (loss, _, _) in enumerate(outcomes):
            if not math.isfinite(loss):
                raise self._diverged("the loss", loss, state.step + number)
        state = state.after_steps(outcomes)
        for listener in self.listeners:
            listener.on_step(state)
        return state

    def _record(self, state: TrainingState) -> TrainingState:
        watched = self.trainer.score(self.watched) if self.watched else None
        if watched and not math.isfinite(watched.loss):
            raise self._diverged("val_loss", watched.loss, state.step)
        record = Record(
            step=state.step,
            epoch=self.plan.epoch_at(state.step),
            loss=state.totals.mean_loss,
            accuracy=state.totals.accuracy,
            val_loss=watched.loss if watched else None,
            val_accuracy=watched.accuracy if watched else None,
            learning_rate=self._learning_rate(state.step - 1),
        )
        stopping, patience = self.recipe.early_stopping, state.patience
        if stopping:
            patience = patience.after(record, stopping)
            if stopping.restore_best and patience.best_step == record.step:
                self.best = self.trainer.weights()
        for listener in self.listeners:
            listener.on_record(record)
        return state.after_record(record, patience)

    def has_stopped_early(self, state: TrainingState) -> bool:
        """Tell whether early stopping has had enough."""
        stopping = self.recipe.early_stopping
        return bool(stopping and state.patience.is_over(stopping))

    def _diverged(self, what: str, value: float, step: int) -> TrainingDivergedError:
        rate = self._learning_rate(step)
        return TrainingDivergedError(
            f"{what} became {value} at step {step + 1:,} (epoch {self.plan.epoch_at(step):g})",
            expected="a finite number",
            mend=f"lower optimizer.learning_rate (it was {rate:g}), for example "
            f"--set optimizer.learning_rate={rate / 10:g}, and train into a new --out; "
            "the last good checkpoint is kept",
        )


def _next(every: int, step: int) -> int:
    """Return the first multiple of `every` beyond `step`."""
    return (step // every + 1) * every
