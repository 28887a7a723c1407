"""One go at a training, from a folder's last checkpoint to the end or a stop. Knows nothing of how a run is begun."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict

from torch import Tensor

from inkdigits.core.errors import RunError, TrainingDivergedError
from inkdigits.data.dataset import Splits
from inkdigits.learn.networks.tensors import to_arrays, to_tensors
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.interrupt import stop_on_signal
from inkdigits.learn.training.listeners import Listener
from inkdigits.learn.training.loop import Loop, Steps
from inkdigits.learn.training.plan import make_plan
from inkdigits.learn.training.progress_bar import ListenerFactory, ProgressInfo
from inkdigits.learn.training.state import TrainingState
from inkdigits.learn.training.tensorboard import TensorBoardEvents
from inkdigits.recipes import Recipe, input_shape
from inkdigits.runs.environment import peak_memory_mib
from inkdigits.runs.folder import RunFolder, Status
from inkdigits.runs.tensor_files import strip_prefix


class TrainingSession:
    """One go at a training, from the folder's last checkpoint to the end or a stop.

    Args:
        folder: The run.
        recipe: What is trained.
        splits: What is learned from, chosen by and measured on.
        trainer: Takes the steps.
        watch: Makes what shows how it goes; None where nobody looks.
        tensorboard: Whether to write TensorBoard events.
    """

    def __init__(
        self,
        folder: RunFolder,
        recipe: Recipe,
        splits: Splits,
        trainer: Trainer,
        watch: ListenerFactory | None = None,
        *,
        tensorboard: bool = True,
    ) -> None:
        self.folder, self.recipe, self.splits = folder, recipe, splits
        self.trainer, self._watch, self._tensorboard = trainer, watch, tensorboard
        watched = splits.test if recipe.watch_test else splits.validation
        self.loop = Loop(self.trainer, recipe, make_plan(recipe, len(splits.train)), watched)

    def run(self) -> None:
        """Train, and finish what came of it."""
        # The first Ctrl-C is only noted, so that even during the last evaluation a run is finished.
        with stop_on_signal() as should_stop:
            for number, learning_rate in self.steps(should_stop):
                self.trainer.step(number, learning_rate)

    def steps(self, should_stop: Callable[[], bool]) -> Steps[None]:
        """Train as `run` does, but leave it to the caller to take each step.

        Yields:
            The number of each step and its learning rate, as `Loop.run` does.
        """
        state = self._restored()
        try:
            with self._listening(state) as listeners:
                self.loop.listeners = listeners
                state = yield from self.loop.run(state, should_stop, self._save)
        except TrainingDivergedError:
            arrays, kept = self.folder.load_checkpoint()
            tensors = to_tensors(arrays)
            self.trainer.restore_weights(tensors)
            self.loop.best = strip_prefix("best.", tensors)
            self._finish(TrainingState.from_dict(kept), "diverged")
            raise
        over = state.step >= self.loop.plan.steps or self.loop.has_stopped_early(state)
        self._finish(state, "complete" if over else "interrupted")

    def _save(self, state: TrainingState, best: dict[str, Tensor]) -> None:
        tensors = self.trainer.tensors() | {f"best.{name}": value for name, value in best.items()}
        self.folder.save_checkpoint(to_arrays(tensors), state.to_dict())
        self.folder.save_history(state.history)

    def _restored(self) -> TrainingState:
        if not self.folder.has_checkpoint:
            if self.folder.metadata["steps"]:
                raise RunError(
                    f"{self.folder.path} was trained, but its checkpoint.safetensors is gone",
                    expected="something to go on from",
                    mend="train into a new --out",
                )
            self._save(TrainingState(), {})
        arrays, state = self.folder.load_checkpoint()
        tensors = to_tensors(arrays)
        self.trainer.restore(tensors)
        self.loop.best = strip_prefix("best.", tensors)
        return TrainingState.from_dict(state)

    @contextmanager
    def _listening(self, state: TrainingState) -> Iterator[list[Listener]]:
        with ExitStack() as stack:
            listeners: list[Listener] = []
            if self._tensorboard:
                events = TensorBoardEvents(self.folder.path / "tensorboard", step=state.step)
                stack.callback(events.close)
                listeners.append(events)
                if not state.step:
                    shape = input_shape(lines=self.recipe.reads_lines)
                    events.describe(self.trainer.network, self.splits.train, shape)
            if self._watch:
                seed = self.folder.metadata["seed"]
                course = ProgressInfo(self.loop.plan, self.recipe.name, self.recipe.batch_size, seed, state.step)
                shown = self._watch(course)
                stack.callback(shown.close)
                listeners.append(shown)
            yield listeners

    def _finish(self, state: TrainingState, status: Status) -> None:
        """Write what the training came to; the status last, so that it is true of all the rest."""
        weights = self.loop.best or self.trainer.weights()
        self.trainer.result.load_state_dict(weights)
        test = self.trainer.score(self.splits.test)
        self.folder.save_weights(to_arrays(weights))
        self.folder.save_history(state.history)
        environment = self.folder.read_json("environment.json")
        self.folder.write_json("environment.json", environment | {"step": self.trainer.way})
        # JSON has no NaN; finite weights can still overflow on a digit never seen.
        loss = test.loss if math.isfinite(test.loss) else None
        self.folder.write_json("metrics.json", {"test": asdict(test) | {"loss": loss}})
        self.folder.update_metadata(
            status=status,
            steps=state.step,
            epochs=self.loop.plan.epoch_at(state.step),
            seconds=round(state.seconds, 3),
            peak_memory_mib=peak_memory_mib(),
            best_step=state.patience.best_step if self.loop.best else None,
        )
