"""With how many threads a training takes its steps. Knows nothing of what a step computes.

Threads that compute a step together wait for each other many times in it. Beside other work a core is taken from one
of them now and then, and then all wait. One thread takes a little longer alone, and far less beside other work. So both
are tried again and again, and the faster one is used; but only where a step comes to the same bits with both.
"""

import time
from collections.abc import Callable

import torch
from torch import nn

from inkdigits.learn.networks.modules import count_parameters
from inkdigits.learn.training.engine.environment import use_threads
from inkdigits.learn.training.engine.fused_mlp import FusedMLP
from inkdigits.learn.training.engine.trainer import Trainer

_MAX_PARAMETERS_ONE_THREAD = 30_000
"""Parameters of a multilayer perceptron up to which one thread is faster: to wait for a second one costs more.

A step on two cores of an AMD EPYC (Zen 3): `softmax` (7,850 parameters) 0.38 ms with one thread and 0.66 with two,
`mlp-100x2` (89,610) 1.4 and 1.3.
"""


def choose_threads(asked: int | None, network: nn.Module, device: torch.device) -> int | None:
    """Return the number of threads to train with, at most; None leaves it to torch.

    Args:
        asked: What the user asked for, which is taken; None chooses one thread for small multilayer perceptrons.
        network: The network to train.
        device: Where to compute.

    Examples:
        >>> choose_threads(None, nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), torch.device("cpu"))
        1
    """
    is_small = count_parameters(network) <= _MAX_PARAMETERS_ONE_THREAD
    one_thread = device.type == "cpu" and FusedMLP.fits(network) and is_small
    return 1 if asked is None and one_thread else asked


def may_change_threads(trainer: Trainer) -> bool:
    """Tell whether a training takes its steps with the same result with one thread and with all that it may use.

    Two steps are taken both ways and compared; the trainer is then as it was before. Only multilayer perceptrons on a
    CPU are tried: convolutions sum over parts of a batch, a part for each thread.

    Args:
        trainer: Before its first step.
    """
    threads = torch.get_num_threads()
    if threads == 1 or trainer.device.type != "cpu" or not FusedMLP.fits(trainer.network):
        return False
    before = trainer.state_dict()
    results = []
    for count in (1, threads):
        trainer.load_state_dict(before)
        with use_threads(count):
            for number in range(2):
                trainer.step(number, 0.01)
        results.append(trainer.state_dict())
        trainer.compute_step_metrics()
    trainer.load_state_dict(before)
    one, several = results
    return all(torch.equal(value, several[name]) for name, value in one.items())


_TRIAL_S, _TRIAL_STEPS = 0.03, 16
"""How long the other number of threads is tried, at least: seconds and steps."""

_PATIENCE = 2.0
"""A trial ends early when it has taken so many times as long as these steps usually do."""

_PAUSE = 20.0
"""How many times as long as a trial nothing is tried after it."""

_ALARM = 1.4
"""Steps that take so many times as long as when the threads were chosen lead to a trial at once."""

_OUTLIER = 3.0
"""A step counts for at most so many times as long as steps usually take."""

_GAIN = 0.97
"""The other number of threads is taken when its steps take less than this share."""


class FasterThreads:
    """Finds out with which of two numbers of threads steps are faster at the moment.

    Args:
        most: The larger number; the other is 1, with which it begins.

    Examples:
        >>> choice = FasterThreads(2)
        >>> for _ in range(100):
        ...     choice.note(0.010 if choice.threads == 1 else 0.006)
        >>> choice.threads
        2
    """

    def __init__(self, most: int) -> None:
        self._chosen, self._other = 1, most
        self._usual_s = self._expected_s = 0.0
        self._trial_s, self._trial_steps, self._is_trying = 0.0, 0, False
        self._steps, self._wait_s = 0, 0.0

    @property
    def threads(self) -> int:
        """What to take the next step with."""
        return self._other if self._is_trying else self._chosen

    def note(self, seconds: float) -> None:
        """Take note of how long a step took with `threads`.

        Args:
            seconds: Of the step.
        """
        if self._is_trying:
            self._note_trial(seconds)
            return
        self._steps += 1
        if self._steps <= 3:  # memory is new, caches are cold
            return
        # A mean over about 16 steps, which a single slow one changes little.
        weight = max(1 / (self._steps - 3), 1 / _TRIAL_STEPS)
        bounded_s = min(seconds, _OUTLIER * self._usual_s) if self._usual_s else seconds
        self._usual_s += weight * (bounded_s - self._usual_s)
        self._wait_s -= seconds
        enough = self._steps - 3 >= _TRIAL_STEPS
        slow = bool(self._expected_s) and self._usual_s > _ALARM * self._expected_s
        if enough and (self._wait_s <= 0 or slow):
            self._is_trying, self._trial_s, self._trial_steps = True, 0.0, 0

    def _note_trial(self, seconds: float) -> None:
        self._trial_s, self._trial_steps = self._trial_s + seconds, self._trial_steps + 1
        needed = max(_TRIAL_STEPS, _TRIAL_S / self._usual_s)
        if self._trial_steps < needed and self._trial_s < _PATIENCE * needed * self._usual_s:
            return
        mean_s = self._trial_s / self._trial_steps
        self._wait_s = _PAUSE * self._trial_s
        if self._trial_steps >= needed and mean_s < _GAIN * self._usual_s:
            self._chosen, self._other, self._usual_s = self._other, self._chosen, mean_s
        self._expected_s = self._usual_s
        self._is_trying, self._steps = False, 3


class AdaptiveSteps:
    """Takes the steps of a trainer with one thread or with several, whichever is faster at the moment.

    Args:
        trainer: Takes them; `may_change_threads` must hold.
        clock: Tells seconds.
    """

    def __init__(self, trainer: Trainer, clock: Callable[[], float] = time.perf_counter) -> None:
        self._trainer, self._clock = trainer, clock
        self._choice = FasterThreads(torch.get_num_threads())

    @property
    def threads(self) -> int:
        """What the next step is taken with."""
        return self._choice.threads

    def step(self, number: int, learning_rate: float) -> None:
        """Take a training step.

        Args:
            number: As for `Trainer.step`.
            learning_rate: As for `Trainer.step`.
        """
        start_s = self._clock()
        with use_threads(self._choice.threads):
            self._trainer.step(number, learning_rate)
        self._choice.note(self._clock() - start_s)
