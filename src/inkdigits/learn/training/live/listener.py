"""Writes what happens in a training to its run folder, and obeys those who watch. Knows no servers and pages."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from inkdigits.data.dataset import Splits
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.live.pictures import NetworkPictures
from inkdigits.learn.training.plan import Plan
from inkdigits.learn.training.state import Totals, TrainingState
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.history import Record
from inkdigits.runs.live import Command, LiveFolder

_POLL_S = 0.05
"""From one look at the files to the next, while training."""

_WAIT_S = 0.02
"""Likewise while it waits: a step that is asked for is taken at once."""

_EVENT_S = 0.05
"""From one event to the next, at least; a long training has fewer, so that its curve never has too many points."""

_EVENTS_OF_A_CURVE = 300
"""A curve has about as many points an e-fold of its time."""

_PICTURES_S = 0.5
"""From one look into the network to the next, at least."""

_PICTURES_SHARE = 0.03
"""The share of the time, at most, that goes into looking into the network."""


class LiveTraining:
    """The listener of a training that is watched; also tells the loop where to wait.

    Args:
        folder: The run.
        recipe: What is trained.
        splits: Its digits.
        trainer: Has the network.
        plan: Its length.
        initial_step: The step that it starts from.
        paused: Whether to wait before the first step.
    """

    def __init__(
        self,
        folder: RunFolder,
        recipe: Recipe,
        splits: Splits,
        trainer: Trainer,
        plan: Plan,
        *,
        initial_step: int,
        paused: bool,
    ) -> None:
        classes = folder.metadata["dataset"]["classes"]
        self._plan, self._batch_size = plan, recipe.batch_size
        self._pictures = NetworkPictures(trainer, splits.test, len(classes))
        self._live = LiveFolder.of(folder.path)
        self._live.create()
        self._live.truncate_after(initial_step)
        self._mode: Command = "pause" if paused else "go"
        self._seen = self._live.command()[1]
        self._step, self._until = initial_step, initial_step
        self._has_news = False
        self._totals = Totals()
        self._event_step, self._start_s = initial_step, time.perf_counter()
        self._polled_s = self._pictures_s = self._start_s
        self._event_s = -math.inf  # the first step is an event
        self._cost_s = 0.0
        self._live.append(
            {
                "event": "start",
                "step": initial_step,
                "process": os.getpid(),
                "steps": plan.steps,
                "steps_per_epoch": plan.steps_per_epoch,
                "batch_size": recipe.batch_size,
                "classes": classes,
                "train": len(splits.train),
                "validation": "test" if recipe.watch_test else "validation" if splits.validation else None,
                "examples": self._pictures.examples(),
            }
        )
        self._look()

    @property
    def stop_requested(self) -> bool:
        """Whether those who watch asked to end the training."""
        return self._mode == "stop"

    def interrupts(self) -> bool:
        """Tell whether the loop is to come to its next place to wait at once. It is asked after every step."""
        self._step += 1
        now = time.perf_counter()
        if now - self._polled_s > _POLL_S:
            self._poll(now)
        return self._has_news or self._is_due or now - self._event_s >= self._event_interval(now)

    def _event_interval(self, now: float) -> float:
        return max(_EVENT_S, (now - self._start_s) / _EVENTS_OF_A_CURVE)

    @property
    def _is_due(self) -> bool:
        return self._mode in ("pause", "stop") or (self._mode in ("step", "epoch") and self._step >= self._until)

    def on_step(self, state: TrainingState) -> None:
        """Write an event now and then, and answer questions.

        Args:
            state: Where the training stands.
        """
        now = time.perf_counter()
        self._step = state.step
        if now - self._event_s >= self._event_interval(now) or self._is_due:
            self._write_step(state, now)
        if now - self._pictures_s >= max(_PICTURES_S, self._cost_s / _PICTURES_SHARE) or self._is_due:
            self._look()
        self._answer()

    def on_record(self, record: Record) -> None:
        """Write the record's figures.

        Args:
            record: The figures.
        """
        self._live.append({"event": "record", **asdict(record)})
        self._totals = Totals()

    def wait(self, state: TrainingState, save: Callable[[], None], stop_requested: Callable[[], bool]) -> float:
        """Wait as long as those who watch want it.

        Args:
            state: Where the training stands.
            save: Writes a checkpoint: who waits may be ended at any time.
            stop_requested: Whether Ctrl-C or SIGTERM came.

        Returns:
            How many seconds it waited.
        """
        if self._mode in ("step", "epoch") and state.step >= self._until:
            self._mode = "pause"
        if self._mode != "pause":
            return 0.0
        start_s = time.perf_counter()
        save()
        self._look()
        self._live.append({"event": "pause", "step": state.step})
        while self._mode == "pause" and not stop_requested():
            time.sleep(_WAIT_S)
            self._poll(time.perf_counter(), state.step)
            self._answer()
        self._live.append({"event": "go", "step": state.step})
        waited_s = time.perf_counter() - start_s
        self._start_s, self._event_s = self._start_s + waited_s, self._event_s + waited_s
        return waited_s

    def close(self) -> None:
        """Write that the steps are over: what follows is the last measurement."""
        self._look()
        self._live.append({"event": "end", "step": self._step})

    def _poll(self, now: float, step: int | None = None) -> None:
        self._polled_s = now
        command, number = self._live.command()
        if number != self._seen:
            self._seen, self._mode = number, command
            at = self._step if step is None else step
            per_epoch = self._plan.steps_per_epoch
            self._until = at + 1 if command == "step" else (at // per_epoch + 1) * per_epoch
        self._questions = self._live.questions()
        self._has_news = bool(self._questions)

    def _write_step(self, state: TrainingState, now: float) -> None:
        """Write the means of the steps since the last event."""
        totals, before = state.totals, self._totals
        examples = totals.examples - before.examples
        if examples <= 0:
            return
        since_s = now - max(self._event_s, self._start_s)
        rate = (state.step - self._event_step) * self._batch_size / max(since_s, 1e-9)
        self._live.append(
            {
                "event": "step",
                "step": state.step,
                "epoch": self._plan.epoch_at(state.step),
                "loss": (totals.loss - before.loss) / examples,
                "accuracy": (totals.correct - before.correct) / examples,
                "rate": round(rate, 1),
            }
        )
        self._totals, self._event_step, self._event_s = totals, state.step, now

    def _look(self) -> None:
        start_s = time.perf_counter()
        self._live.save_snapshot({"step": self._step, **self._pictures.look()})
        self._pictures_s = time.perf_counter()
        self._cost_s = self._pictures_s - start_s

    def _answer(self) -> None:
        if not self._has_news:
            return
        probabilities = self._pictures.predict(np.stack([digit for _, digit in self._questions]))
        for (name, _), row in zip(self._questions, probabilities, strict=True):
            answer: dict[str, Any] = {"step": self._step, "probabilities": [round(float(share), 5) for share in row]}
            self._live.answer(name, answer)
        self._questions, self._has_news = [], False
