"""A training that every contender does. Knows nothing of frameworks, nor of Inkdigits."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

Watched = Literal["validation", "test"]


@dataclass(frozen=True)
class Workload:
    """What to train, with which data, and how long.

    Attributes:
        network: The recipe's name.
        layers: The recipe's layers, every default written out.
        optimizer: The recipe's optimiser, likewise.
        batch_size: Digits a step.
        digits: How many digits are used, the first of the training set.
        validation: The share of them, the last ones, that is held back for validation.
        epochs: Length in epochs as Keras counts them: steps with a record at their end.
        steps_per_epoch: Steps of an epoch.
        watched: The split that is evaluated at the end of each epoch, None for none.
        seed: Seed of each framework's random numbers.
        data: Path of an .npz with x_train, y_train, x_test, y_test, uint8.
    """

    network: str
    layers: tuple[dict[str, Any], ...]
    optimizer: dict[str, Any]
    batch_size: int
    digits: int
    validation: float
    epochs: int
    steps_per_epoch: int
    watched: Watched | None
    seed: int
    data: str

    @property
    def learned(self) -> int:
        """How many digits are learned from."""
        return int(self.digits * (1 - self.validation)) if self.validation else self.digits

    @property
    def steps(self) -> int:
        """How many steps are taken."""
        return self.epochs * self.steps_per_epoch

    @property
    def epochs_are_passes(self) -> bool:
        """Whether an epoch shows every digit once."""
        return self.steps_per_epoch == math.ceil(self.learned / self.batch_size)

    @property
    def examples(self) -> int:
        """How many digits are seen in all: the last batch of a pass may be smaller."""
        passes, rest = divmod(self.steps, math.ceil(self.learned / self.batch_size))
        return passes * self.learned + min(rest * self.batch_size, self.learned)

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Workload:
        """Return the workload that `to_json` wrote.

        Args:
            text: The JSON.
        """
        values = json.loads(text)
        return cls(**values | {"layers": tuple(values["layers"])})
