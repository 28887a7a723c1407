"""A whole recipe: network, loss, optimiser, length, validation. Knows no files and no torch."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from inkdigits.recipes.fields import Count, NotNegative, Share, Table
from inkdigits.recipes.layers import Layer
from inkdigits.recipes.optimizers import Constant, Optimizer, Schedule

Monitor = Literal["loss", "accuracy", "val_loss", "val_accuracy"]


class EarlyStopping(Table):
    """Stop when `monitor` has not improved for `patience` records in a row."""

    monitor: Monitor = "val_loss"
    patience: Annotated[int, Field(ge=0)] = 2
    min_delta: NotNegative = 0.0
    restore_best: bool = True
    """Whether to end with the weights of the best record rather than the last."""


class Augmentation(Table):
    """Random changes made to each training picture anew every time it is seen."""

    rotate_degrees: Annotated[float, Field(ge=0, le=180)] = 0.0
    shift_pixels: Annotated[float, Field(ge=0, le=14)] = 0.0
    scale: Share = 0.0
    """0.1 draws sizes from 90 % to 110 %."""
    shear_degrees: Annotated[float, Field(ge=0, le=60)] = 0.0
    elastic_pixels: Annotated[float, Field(ge=0, le=10)] = 0.0
    """Mean displacement of a smooth random warp. Simard et al., 2003."""
    elastic_smoothness: Annotated[float, Field(gt=0, le=14)] = 4.0
    """Standard deviation in pixels of the blur that makes the warp smooth."""


class Tutorial(Table):
    """What the tutorial that a recipe follows printed for the 10,000 test digits."""

    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    loss: NotNegative | None = None
    errors: Annotated[int, Field(ge=0)] | None = None


class Recipe(Table):
    """All that decides a training, apart from the data and the seed.

    Attributes:
        validation: The share of the training set held back to choose by; its last part, as in Keras.
        watch_test: Record the test set while training instead. It is only watched: nothing may be
            chosen by it, so it can't go with early stopping.
        epochs: Length in passes over the training set; or else
        steps: Length in batches, with a record every `record_every` of them and a
            checkpoint every `checkpoint_every`.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    title: str
    description: str = ""
    source: str = ""
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    loss: Literal["cross_entropy", "mean_squared_error"] = "cross_entropy"
    optimizer: Optimizer
    schedule: Schedule = Constant()
    batch_size: Count = 100
    epochs: Count | None = None
    steps: Count | None = None
    record_every: Count = 100
    checkpoint_every: Count = 1000
    validation: Share = 0.0
    shuffle_validation: bool = False
    watch_test: bool = False
    early_stopping: EarlyStopping | None = None
    augmentation: Augmentation | None = None
    tutorial: Tutorial | None = None

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
