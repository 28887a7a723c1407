"""One session of a training, from the last checkpoint to the end or a stop. Knows nothing of how a run is prepared."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Literal

from torch import Tensor

from inkdigits.core.errors import RunError, TrainingDivergedError
from inkdigits.data.dataset import Splits
from inkdigits.learn.networks.tensors import to_arrays, to_tensors
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.interrupt import stop_on_signal
from inkdigits.learn.training.listeners.callbacks import Callbacks
from inkdigits.learn.training.listeners.listener import Listener, ListenerFactory, ProgressInfo
from inkdigits.learn.training.listeners.tensorboard import TensorBoardEvents
from inkdigits.learn.training.live.listener import LiveTraining
from inkdigits.learn.training.loop import Loop, Steps
from inkdigits.learn.training.plan import make_plan
from inkdigits.learn.training.state import TrainingState
from inkdigits.learn.training.threads import AdaptiveSteps, may_change_threads
from inkdigits.recipes import Recipe, input_shape
from inkdigits.runs.environment import peak_memory_mib
from inkdigits.runs.folder import RunFolder, Status
from inkdigits.runs.tensor_files import strip_prefix


class TrainingSession:
    """One session of a training, from the folder's last checkpoint to the end or a stop.

    Args:
        folder: The run.
        recipe: What is trained.
        splits: What is learned from, evaluated while training, and measured at the end.
        trainer: Takes the steps.
        listener_factory: Makes the listener that shows the training; None where it is not shown.
        callbacks: The user's functions, which may ask to stop.
        watch: Whether it is watched and steered through files in the run folder; "paused" to wait before the first
            step.
        tensorboard: Whether to write TensorBoard events.
        measure: The split that the finished network is measured on.
        free_threads: Whether `run` may take steps with fewer threads than torch has, where that changes no bit.
    """

    def __init__(
        self,
        folder: RunFolder,
        recipe: Recipe,
        splits: Splits,
        trainer: Trainer,
        listener_factory: ListenerFactory | None = None,
        *,
        callbacks: Callbacks | None = None,
        watch: bool | Literal["paused"] = False,
        tensorboard: bool = True,
        measure: Literal["test", "validation"] = "test",
        free_threads: bool = False,
    ) -> None:
        self.folder, self.recipe, self.splits = folder, recipe, splits
        self.trainer, self._listener_factory, self._tensorboard = trainer, listener_factory, tensorboard
        self._callbacks, self._watch = callbacks or Callbacks(()), watch
        self._live: LiveTraining | None = None
        self._measure, self._free_threads = measure, free_threads
        validation_data = splits.test if recipe.watch_test else splits.validation
        self.loop = Loop(self.trainer, recipe, make_plan(recipe, len(splits.train)), validation_data)

    def run(self) -> bool:
        """Train, and complete the run folder.

        Returns:
            Whether Ctrl-C or SIGTERM asked to stop, even if the last step was done already.
        """
        adapts = self._free_threads and may_change_threads(self.trainer)
        take_step = AdaptiveSteps(self.trainer).step if adapts else self.trainer.step
        # The first Ctrl-C only asks to stop, so that a run is completed even during the last evaluation.
        with stop_on_signal() as stop_requested:
            for number, learning_rate in self.steps(stop_requested):
                take_step(number, learning_rate)
            return stop_requested()

    def steps(self, stop_requested: Callable[[], bool]) -> Steps[None]:
        """Train as `run` does, but leave it to the caller to take each step.

        Args:
            stop_requested: Asked after every step.

        Yields:
            The number of each step and its learning rate, as `Loop.run` does.

        Raises:
            RunError: The checkpoint is missing or damaged.
            TrainingDivergedError: The loss became NaN; the run keeps the weights of the last checkpoint.
            StorageError: The disk is full; the last checkpoint is kept.
        """
        state = self._load_state()
        try:
            with self._listening(state) as listeners:
                self.loop.listeners = listeners
                state = yield from self.loop.run(state, lambda: stop_requested() or self._stop_requested, self._save)
        except TrainingDivergedError:
            arrays, saved = self.folder.load_checkpoint()
            tensors = to_tensors(arrays)
            self.trainer.load_weights(tensors)
            self.loop.best_weights = strip_prefix("best.", tensors)
            self._finish(TrainingState.from_dict(saved), "diverged")
            raise
        is_complete = state.step >= self.loop.plan.steps or self.loop.has_stopped_early(state)
        self._finish(state, "complete" if is_complete else "interrupted")

    @property
    def _stop_requested(self) -> bool:
        return self._callbacks.stop_requested or (self._live is not None and self._live.stop_requested)

    def _save(self, state: TrainingState, best_weights: dict[str, Tensor]) -> None:
        tensors = self.trainer.state_dict() | {f"best.{name}": value for name, value in best_weights.items()}
        self.folder.save_checkpoint(to_arrays(tensors), state.to_dict())
        self.folder.save_history(state.history)

    def _load_state(self) -> TrainingState:
        """Go to the last checkpoint, or make the first one."""
        if not self.folder.has_checkpoint:
            if self.folder.metadata["steps"]:
                raise RunError(
                    f"{self.folder.path} was trained, but its checkpoint.safetensors is gone",
                    expected="something to go on from",
                    mend="train into a new --out",
                )
            self._save(TrainingState(), {})
        arrays, values = self.folder.load_checkpoint()
        tensors = to_tensors(arrays)
        try:
            state = TrainingState.from_dict(values)
            self.trainer.load_state_dict(tensors)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise RunError(
                f"{self.folder.path / 'checkpoint.safetensors'} is of another network or damaged "
                f"({str(error).splitlines()[-1].strip()})",
                expected="a whole checkpoint of this run",
                mend="train into a new --out",
            ) from None
        self.loop.best_weights = strip_prefix("best.", tensors)
        return state

    @contextmanager
    def _listening(self, state: TrainingState) -> Iterator[list[Listener]]:
        with ExitStack() as stack:
            listeners: list[Listener] = []
            if self._tensorboard:
                events = TensorBoardEvents(self.folder.path / "tensorboard", initial_step=state.step)
                stack.callback(events.close)
                listeners.append(events)
                if not state.step:
                    shape = input_shape(lines=self.recipe.reads_lines)
                    events.describe(self.trainer.network, self.splits.train, shape)
            if self._listener_factory:
                seed = self.folder.metadata["seed"]
                info = ProgressInfo(self.loop.plan, self.recipe.name, self.recipe.batch_size, seed, state.step)
                progress = self._listener_factory(info)
                stack.callback(progress.close)
                listeners.append(progress)
            if self._watch:
                self._live = self.loop.pace = LiveTraining(
                    self.folder,
                    self.recipe,
                    self.splits,
                    self.trainer,
                    self.loop.plan,
                    initial_step=state.step,
                    paused=self._watch == "paused",
                )
                stack.callback(self._live.close)
                listeners.append(self._live)
            yield [*listeners, self._callbacks]

    def _finish(self, state: TrainingState, status: Status) -> None:
        """Write the results of the training; the status last, because it speaks for all the rest."""
        weights = self.loop.best_weights or self.trainer.weights()
        self.trainer.final_network.load_state_dict(weights)
        measured = getattr(self.splits, self._measure)
        score = self.trainer.score(measured)
        self.folder.save_weights(to_arrays(weights))
        self.folder.save_history(state.history)
        environment = self.folder.read_json("environment.json")
        self.folder.write_json("environment.json", environment | {"step": self.trainer.step_mode})
        # JSON has no NaN; finite weights can still overflow on an unseen digit.
        loss = score.loss if math.isfinite(score.loss) else None
        self.folder.write_json("metrics.json", {self._measure: asdict(score) | {"loss": loss}})
        self.folder.update_metadata(
            status=status,
            steps=state.step,
            epochs=self.loop.plan.epoch_at(state.step),
            seconds=round(state.seconds, 3),
            peak_memory_mib=peak_memory_mib(),
            best_step=state.early_stopping.best_step if self.loop.best_weights else None,
        )
