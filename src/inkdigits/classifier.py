"""A network as an estimator of scikit-learn. Knows nothing of how it is trained."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from inkdigits.api import train
from inkdigits.core.types import SIDE, Images, Probabilities
from inkdigits.data.dataset import Dataset, Split
from inkdigits.learn.training.tasks.inference import predict_probabilities
from inkdigits.recipes.objects.arguments import RecipeSource
from inkdigits.recipes.objects.optimizers import OptimizerObject

_PIXELS = SIDE * SIDE


class DigitClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A network that follows scikit-learn's conventions: `fit`, `predict`, `predict_proba`, `score`, `classes_`.

    Pictures are (N, 784) or (N, 28, 28): whole numbers or floats in 0 … 255, or floats in 0 … 1; 0 is empty. The run
    folder of a fit is not kept, unless `out` says where.

    Args:
        recipe: The name of a recipe, the path of a TOML file, a recipe, or a list of layers of `inkdigits.layers`.
        epochs: Length in passes over the data. As all below, None leaves it as the recipe has it.
        steps: Length in batches.
        batch_size: Digits a step.
        optimizer: Its name, or one of `inkdigits.optimizers`.
        learning_rate: Length of a step.
        loss: What training makes small.
        label_smoothing: Share of the wanted probability that is spread over all classes.
        schedule: How the learning rate goes over the length.
        validation_split: Share of the data that is held back to choose by.
        early_stopping: True, False or a table.
        augmentation: True, False or a table.
        weight_averaging: Share of the averaged weights that is kept at each step.
        seed: Decides weights, order of digits, dropout and augmentation.
        device: "auto", "cpu", "cuda" or "mps".
        precision: "auto", "fp32" or "bf16".
        threads: How many to compute with.
        progress: Whether to show a progress bar.
        out: The run folder to keep.

    Attributes:
        classes_: (classes,), the labels in order.
        n_features_in_: 784.
        network_: The trained torch module: float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes).
        history_: Loss and accuracy of each epoch.

    Examples:
        >>> import inkdigits
        >>> train_set, test_set = inkdigits.load("uci").train, inkdigits.load("uci").test
        >>> classifier = DigitClassifier("mlp-100x2", epochs=8).fit(train_set.images, train_set.labels)
        >>> classifier.score(test_set.images, test_set.labels) > 0.8
        True
    """

    def __init__(
        self,
        recipe: RecipeSource = "mlp-dropout",
        *,
        epochs: int | None = None,
        steps: int | None = None,
        batch_size: int | None = None,
        optimizer: str | OptimizerObject | Mapping[str, Any] | None = None,
        learning_rate: float | None = None,
        loss: str | None = None,
        label_smoothing: float | None = None,
        schedule: str | Mapping[str, Any] | None = None,
        validation_split: float | None = None,
        early_stopping: bool | Mapping[str, Any] | None = None,
        augmentation: bool | Mapping[str, Any] | None = None,
        weight_averaging: float | None = None,
        seed: int = 0,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
        progress: bool = False,
        out: str | Path | None = None,
    ) -> None:
        self.recipe = recipe
        self.epochs = epochs
        self.steps = steps
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.loss = loss
        self.label_smoothing = label_smoothing
        self.schedule = schedule
        self.validation_split = validation_split
        self.early_stopping = early_stopping
        self.augmentation = augmentation
        self.weight_averaging = weight_averaging
        self.seed = seed
        self.device = device
        self.precision = precision
        self.threads = threads
        self.progress = progress
        self.out = out

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.positive_only = True
        return tags

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train a network.

        Args:
            X: Pictures, (N, 784) or (N, 28, 28).
            y: The label of each, (N,).

        Returns:
            The estimator itself.

        Raises:
            ValueError: The pictures have another shape or are not finite, or there are not two classes.
            InkdigitsError: A parameter is not valid, or doesn't fit the data.
        """
        checked, y = validate_data(self, _flat(X), y, dtype="numeric")
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y has one class ({self.classes_[0]!r}); a classifier learns from two or more")
        self._full_ink = 1.0 if checked.dtype.kind == "f" and checked.max() <= 1 else 255.0
        digits = Split(self._images(checked), labels.astype(np.int64))
        # scikit-learn measures on digits of its own, so that one test digit is enough here.
        data = Dataset("arrays", train=digits, test=digits[:1], classes=tuple(str(each) for each in self.classes_))
        arguments = self.get_params(deep=False)
        recipe, out = arguments.pop("recipe"), arguments.pop("out")
        with tempfile.TemporaryDirectory(prefix="inkdigits-") as temporary:
            run = train(recipe, data, out=out or Path(temporary) / "run", watch_test=False, **arguments)
            self.network_, self.history_ = run.network, run.history
        return self

    def predict_proba(self, X: ArrayLike) -> Probabilities:
        """Return the probability of each class.

        Args:
            X: Pictures, (N, 784) or (N, 28, 28).

        Returns:
            (N, classes), float32, rows that sum to 1.
        """
        check_is_fitted(self)
        checked = validate_data(self, _flat(X), reset=False, dtype="numeric")
        return predict_probabilities(self.network_, self._images(checked))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most likely class of each picture.

        Args:
            X: Pictures, (N, 784) or (N, 28, 28).

        Returns:
            (N,), of the dtype that y had, any value of `classes_`.
        """
        labels = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[labels])

    def _images(self, rows: NDArray[Any]) -> Images:
        """Return checked rows, (N, features), as pictures, (N, 28, 28), uint8."""
        if rows.min() < 0:
            raise ValueError(f"Negative values in data passed to {type(self).__name__}; expected 0 for empty pixels")
        if rows.max() > self._full_ink:
            raise ValueError(f"X has values up to {rows.max():g}; expected 0 … {self._full_ink:g}, as in fit")
        if rows.shape[1] != _PIXELS:
            raise ValueError(f"X has {rows.shape[1]} feature(s); expected {_PIXELS}: pictures of {SIDE}x{SIDE} pixels")
        levels = rows * (255.0 / self._full_ink) if self._full_ink != 255 else rows
        return np.rint(levels).astype(np.uint8).reshape(-1, SIDE, SIDE)


def _flat(X: ArrayLike) -> Any:
    """Return pictures (N, 28, 28) as rows (N, 784), and anything else as it is."""
    pictures = np.asarray(X) if isinstance(X, (list, tuple)) else X
    if getattr(pictures, "shape", ())[1:] == (SIDE, SIDE):
        return np.asarray(pictures).reshape(-1, _PIXELS)
    return pictures
