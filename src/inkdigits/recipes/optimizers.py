"""The optimisers and learning-rate schedules that a recipe can have. Knows no torch.

Defaults follow Keras (for example RMSprop's rho 0.9 and epsilon 1e-7).
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from inkdigits.recipes.fields import NotNegative, Positive, Share, Table


class Sgd(Table):
    """Stochastic gradient descent, with momentum where asked."""

    name: Literal["sgd"]
    learning_rate: Positive = 0.01
    """Length of a step; with a schedule, the highest."""
    momentum: Share = 0.0
    """Share of the last step that is taken again."""
    nesterov: bool = False
    """Look ahead along the momentum. Nesterov, 1983."""
    weight_decay: NotNegative = 0.0
    """Share of each weight added to its gradient."""

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> "Sgd":
        if self.nesterov and self.momentum == 0:
            raise ValueError("a momentum above 0 beside nesterov = true")
        return self


class RmsProp(Table):
    """Steps divided by a running root mean square of the gradient. Hinton, 2012."""

    name: Literal["rmsprop"]
    learning_rate: Positive = 0.001
    """Length of a step; with a schedule, the highest."""
    rho: Share = 0.9
    """How slowly the mean of the squared gradient follows."""
    momentum: Share = 0.0
    """Share of the last step that is taken again."""
    epsilon: Positive = 1e-7
    """Added to the divisor."""


class Adam(Table):
    """RMSprop with momentum, both corrected for their start. Kingma and Ba, 2014."""

    name: Literal["adam"]
    learning_rate: Positive = 0.001
    """Length of a step; with a schedule, the highest."""
    beta_1: Share = 0.9
    """How slowly the mean gradient follows."""
    beta_2: Share = 0.999
    """How slowly the mean of the squared gradient follows."""
    epsilon: Positive = 1e-7
    """Added to the divisor."""


class AdamW(Adam):
    """Adam with weight decay kept out of the gradient. Loshchilov and Hutter, 2017."""

    name: Literal["adamw"]  # type: ignore[assignment]
    weight_decay: NotNegative = 0.004
    """Share of each weight, times the learning rate, taken off at each step."""


OptimizerSettings = Annotated[Sgd | RmsProp | Adam | AdamW, Field(discriminator="name")]


def usual_learning_rate(optimizer: Sgd | RmsProp | Adam | AdamW) -> float:
    """Return the learning rate that an optimiser has where none is given.

    Args:
        optimizer: The optimiser of a recipe.

    Examples:
        >>> usual_learning_rate(Adam(name="adam", learning_rate=1e8))
        0.001
    """
    return float(type(optimizer).model_fields["learning_rate"].default)


def lower_learning_rate(optimizer: Sgd | RmsProp | Adam | AdamW) -> float:
    """Return a lower learning rate to try: the usual one, or a tenth where it is not above that.

    Args:
        optimizer: The optimiser of a recipe.

    Examples:
        >>> lower_learning_rate(Adam(name="adam", learning_rate=1e8)), lower_learning_rate(Adam(name="adam"))
        (0.001, 0.0001)
    """
    usual, rate = usual_learning_rate(optimizer), optimizer.learning_rate
    return usual if rate > usual else rate / 10


class Constant(Table):
    """The same learning rate all along."""

    name: Literal["constant"] = "constant"


class Cosine(Table):
    """From the optimiser's learning rate down half a cosine wave. Loshchilov and Hutter, 2016."""

    name: Literal["cosine"]
    warmup: Share = 0.0
    """Share of the steps that rise in a line from 0 first."""
    final: Share = 0.0
    """Where it ends, as a share of the learning rate."""


class OneCycle(Table):
    """Up from a 25th of the learning rate, then down to almost nothing. Smith and Topin, 2017."""

    name: Literal["one_cycle"]
    rise: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """Share of the steps that go up."""
    start: Annotated[float, Field(gt=0, le=1)] = 0.04
    """Where it begins, as a share of the learning rate."""
    final: Share = 4e-6
    """Where it ends, likewise."""


ScheduleSettings = Annotated[Constant | Cosine | OneCycle, Field(discriminator="name")]
