"""A whole recipe: network, loss, optimiser, length, validation. Knows no torch."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from inkdigits.core.atomic import write_text
from inkdigits.core.display import Displayed
from inkdigits.recipes.fields import Count, NotNegative, Share, Table
from inkdigits.recipes.layers import Layer
from inkdigits.recipes.optimizers import Constant, OptimizerSettings, ScheduleSettings
from inkdigits.recipes.toml import to_toml

Monitor = Literal["loss", "accuracy", "val_loss", "val_accuracy"]


class EarlyStopping(Table):
    """Stop when `monitor` has not improved for `patience` records in a row."""

    monitor: Monitor = "val_loss"
    """What is watched; the val_ figures are those of the validation share."""
    patience: Annotated[int, Field(ge=0)] = 2
    """How many records in a row may pass without gain."""
    min_delta: NotNegative = 0.0
    """The least change that counts as gain."""
    restore_best: bool = True
    """Whether to end with the weights of the best record rather than the last."""


class Augmentation(Table):
    """Random changes made to each training picture anew every time it is seen."""

    rotate_degrees: Annotated[float, Field(ge=0, le=180)] = 0.0
    """The most it is turned, either way."""
    shift_pixels: Annotated[float, Field(ge=0, le=14)] = 0.0
    """The most it is moved, in each direction."""
    scale: Share = 0.0
    """0.1 draws width and height from 90 % to 110 %, each on its own."""
    shear_degrees: Annotated[float, Field(ge=0, le=60)] = 0.0
    """The most it is slanted, either way."""
    elastic_pixels: Annotated[float, Field(ge=0, le=10)] = 0.0
    """Mean displacement of a smooth random warp. Simard et al., 2003."""
    elastic_smoothness: Annotated[float, Field(gt=0, le=14)] = 4.0
    """Standard deviation in pixels of the blur that makes the warp smooth."""

    stroke_width: Annotated[float, Field(ge=0, le=1)] = 0.0
    """How far strokes may grow or shrink: at 1 by a whole pixel on each side."""
    blur: Annotated[float, Field(ge=0, le=1)] = 0.0
    """How far pictures may lose their sharpness: at 1 each pixel becomes the mean of those around it."""
    contrast: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """How much fainter the ink may be, as a share."""
    noise: Annotated[float, Field(ge=0, le=1)] = 0.0
    """The greatest standard deviation of noise on every pixel, with ink at 1."""
    redrawn: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of the pictures that the changes of stroke width, sharpness, contrast and noise are made to."""
    ways_of_writing: Share = 0.0
    """Share of the digits written in ways that MNIST hardly holds: a barred 7, a 1 with a base, an open 4."""
    not_digits: Share = 0.0
    """How many pictures of no digit are added, as a share of the batch: the network learns to be unsure of them."""


class Tutorial(Table):
    """What the tutorial that a recipe follows printed for the 10,000 test digits."""

    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share read right."""
    loss: NotNegative | None = None
    """Mean loss."""
    errors: Annotated[int, Field(ge=0)] | None = None
    """Digits read wrong."""


LOSS_DESCRIPTIONS = {
    "cross_entropy": "minus the logarithm of the probability given to the right class. It punishes a sure wrong answer "
    "without limit and keeps a strong gradient there: the usual choice for classes.",
    "mean_squared_error": "the squared distance between probabilities and one-hot labels, averaged over classes. "
    "It is bounded, so wrong labels do less harm, but its gradient fades where the network is sure and wrong: "
    "it learns more slowly.",
    "ctc": "minus the logarithm of the probability of a whole line, summed over all the ways in which its digits "
    "may lie along it (connectionist temporal classification): for networks that read lines of writing, which are "
    "composed of the digits while training.",
}
"""The losses that a recipe can choose, each in a sentence or two."""


HandsName = Literal["pendigits", "swiss-numbers"]

HANDS: tuple[HandsName, ...] = ("pendigits", "swiss-numbers")
"""The data sets of other nations' hands that a recipe can learn from beside its own."""

_NEWER_KEYS = ("loss_reduction", "skip_first", "hands", "hands_of")
"""Keys that recipe files have only where they say something: version 0.1.0 wrote none of them and refuses them."""


class Recipe(Displayed, Table):
    """All that decides a training, apart from the data and the seed."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """What commands and run folders call it."""
    title: str
    """What a report is headed with; the name by default."""
    description: str = ""
    """A sentence on what it is."""
    source: str = ""
    """Where it comes from."""
    layers: tuple[Layer, ...]
    """The network, from the picture (28x28) to one output a class; none where a module of your own is trained."""
    loss: Literal["cross_entropy", "mean_squared_error", "ctc"] = "cross_entropy"
    """What training makes small."""
    loss_reduction: Literal["mean", "sum"] = "mean"
    """How the losses of a batch become the one that the gradient is of. Figures of losses are always means."""
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the wanted probability that is spread evenly over all classes while training: answers stay less sure."""
    optimizer: OptimizerSettings
    """How weights follow the gradient."""
    schedule: ScheduleSettings = Constant()
    """How the learning rate goes over the whole length."""
    batch_size: Count = 100
    """Digits a step."""
    epochs: Count | None = None
    """Length in passes over the training set; or else steps."""
    steps: Count | None = None
    """Length in batches."""
    record_every: Count = 100
    """Steps between two records, for a length in steps."""
    checkpoint_every: Count = 1000
    """Steps between two checkpoints, for a length in steps; a multiple of record_every."""
    skip_first: Share = 0.0
    """The share of the training set, its first part, that is not used at all. TensorFlow's own reader of MNIST kept
    5,000 digits apart in this way."""
    validation: Share = 0.0
    """The share of the training set held back to choose by; its last part, as in Keras."""
    shuffle_validation: bool = False
    """Draw that share at random instead."""
    watch_test: bool = False
    """Record the test set while training instead. It is only watched: nothing may be chosen by it."""
    early_stopping: EarlyStopping | None = None
    """When to end before the length is reached; false switches it off."""
    augmentation: Augmentation | None = None
    """Random changes to the training digits; false switches them off."""
    hands: Share = 0.0
    """Share of the training digits that come from people of other nations: half from the strokes of `pendigits`, each
    drawn with another pen, half from `swiss-numbers`, and a few printed in fonts. In lines it is the share of the
    people who write them."""
    hands_of: Annotated[tuple[HandsName, ...], Field(min_length=1)] = HANDS
    """From which of the two sets. With one alone, the other's writers are strangers that a network can be measured
    on."""
    weight_averaging: Share = 0.0
    """Share of the averaged weights that is kept at each step; 0 keeps the last weights as they are."""
    gradient_norm: NotNegative = 0.0
    """The greatest length of a step's gradient: longer ones are shortened to it; 0 leaves all as they are."""
    tutorial: Tutorial | None = None
    """What the tutorial printed."""

    @property
    def reads_lines(self) -> bool:
        """Whether the network reads lines composed of the digits, rather than one digit at a time."""
        return self.loss == "ctc"

    @property
    def length(self) -> str:
        """How long it trains, in words: "up to 20 epochs"."""
        amount, unit = (self.steps, "step") if self.steps else (self.epochs or 0, "epoch")
        return f"{'up to ' if self.early_stopping else ''}{amount:,} {unit}{'s' if amount != 1 else ''}"

    def __repr__(self) -> str:
        kinds = " - ".join(layer.type for layer in self.layers[:12]) + (" …" if len(self.layers) > 12 else "")
        return f"<Recipe {self.name}: {kinds}; {self.loss}, {self.optimizer.name}, {self.length}>"

    __str__ = __repr__

    def to_toml(self) -> str:
        """Return the recipe as TOML that `load_recipe` reads back as an equal one."""
        unsaid = {key for key in _NEWER_KEYS if getattr(self, key) == type(self).model_fields[key].default}
        return to_toml(self.model_dump(mode="json", exclude_none=True, exclude=unsaid))

    def save(self, path: str | Path) -> None:
        """Write the recipe as TOML.

        Args:
            path: The file; one that exists is replaced.

        Raises:
            StorageError: The file can't be written.
        """
        write_text(Path(path), self.to_toml())

    @model_validator(mode="before")
    @classmethod
    def _title_is_name(cls, values: Any) -> Any:
        return {"title": values["name"], **values} if isinstance(values, dict) and "name" in values else values

    @field_validator("early_stopping", "augmentation", mode="before")
    @classmethod
    def _false_is_none(cls, value: Any) -> Any:
        """TOML has no null: `early_stopping = false` switches it off."""
        return None if value is False else value

    @model_validator(mode="after")
    def _fits_together(self) -> "Recipe":
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("either epochs or steps, and not both")
        if self.steps is not None and self.checkpoint_every % self.record_every:
            raise ValueError("a checkpoint_every that is a multiple of record_every")
        if self.label_smoothing and self.loss != "cross_entropy":
            raise ValueError('loss = "cross_entropy" where label_smoothing is above 0')
        if self.watch_test and self.validation:
            raise ValueError("either watch_test = true or a validation share, and not both")
        stopping = self.early_stopping
        if stopping and self.watch_test and stopping.monitor.startswith("val_"):
            raise ValueError(
                "early stopping that watches a validation share (for example validation = 0.1): "
                "choosing by the test set would make its figure worthless"
            )
        if stopping and stopping.monitor.startswith("val_") and not self.validation:
            raise ValueError(f"a validation share above 0 for early_stopping.monitor = {stopping.monitor} to exist")
        return self
