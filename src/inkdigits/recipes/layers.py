"""The layers that a recipe can have. Knows no shapes and no torch.

Names, defaults and initialisation follow Keras, because the tutorials' printed figures came from it.
"""

from typing import Annotated, Literal

from pydantic import Field

from inkdigits.recipes.fields import Count, Positive, Share, Sides, Table

Activation = Literal["linear", "relu", "tanh", "sigmoid", "softmax", "gelu"]


class GlorotUniform(Table):
    """Uniform within ±sqrt(6 / (fan in + fan out)): the default of Keras. Glorot and Bengio, 2010."""

    name: Literal["glorot_uniform"] = "glorot_uniform"


class HeNormal(Table):
    """Normal with variance 2 / fan in, made for relu. He et al., 2015."""

    name: Literal["he_normal"]


class TruncatedNormal(Table):
    """Normal with the given deviation, drawn again beyond two of them."""

    name: Literal["truncated_normal"]
    stddev: Positive = 0.05
    """The deviation before the tails are cut."""


Initializer = Annotated[GlorotUniform | HeNormal | TruncatedNormal, Field(discriminator="name")]


class Weighted(Table):
    """What layers with weights and biases share."""

    activation: Activation = "linear"
    """What its outputs go through."""
    initializer: Initializer = GlorotUniform()
    """What its weights start from."""
    use_bias: bool = True
    """Whether a learned number is added to each output."""
    bias: float = 0.0
    """The value that every bias starts from."""


class Dense(Weighted):
    """Every input joined to each of `units` outputs."""

    type: Literal["dense"]
    units: Count
    """Number of outputs."""


class Conv2d(Weighted):
    """`filters` small windows slid over the maps."""

    type: Literal["conv2d"]
    filters: Count
    """Number of maps that come out."""
    kernel_size: Sides
    """Side of the window in pixels, or its height and width."""
    stride: Sides = 1
    """Pixels from one place of the window to the next."""
    padding: Literal["valid", "same"] = "valid"
    """"same" adds zeros around the maps, so that with stride 1 they keep their size."""


class _Pool(Table):
    size: Sides = 2
    """Side of the window in pixels, or its height and width."""
    stride: Sides | None = None
    """Defaults to `size`, so that the windows touch but don't overlap."""

    @property
    def step(self) -> Sides:
        return self.stride or self.size


class MaxPool(_Pool):
    """The largest value of each window."""

    type: Literal["max_pool"]


class AveragePool(_Pool):
    """The mean of each window."""

    type: Literal["average_pool"]


class Dropout(Table):
    """While training, each value is zeroed with probability `rate` and the others scaled up."""

    type: Literal["dropout"]
    rate: Share = 0.5
    """Share of the values that are zeroed."""


class BatchNorm(Table):
    """Each feature brought to mean 0 and deviation 1 over the batch, then scaled and shifted as learned."""

    type: Literal["batch_norm"]
    momentum: Share = 0.99
    """How slowly the running mean and variance, which are used after training, follow the batches."""
    epsilon: Positive = 1e-3
    """Added to the variance."""


class Flatten(Table):
    """Maps laid out as one row of numbers."""

    type: Literal["flatten"]


class GlobalAveragePool(Table):
    """Each map replaced by its mean."""

    type: Literal["global_average_pool"]


class Columns(Table):
    """Maps cut into columns: all that stands above one another becomes the features of one place in a line."""

    type: Literal["columns"]


class Steps(Table):
    """The columns of a line read off as a sequence, for ctc."""

    type: Literal["steps"]
    per_column: Count = 1
    """How many steps each column gives: its features are shared out among them."""


class ActivationLayer(Table):
    """An activation that stands alone, for example behind batch_norm."""

    type: Literal["activation"]
    function: Activation
    """Which one."""


Layer = Annotated[
    Dense
    | Conv2d
    | MaxPool
    | AveragePool
    | Dropout
    | BatchNorm
    | Flatten
    | GlobalAveragePool
    | Columns
    | Steps
    | ActivationLayer,
    Field(discriminator="type"),
]
