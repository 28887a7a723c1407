"""Changes to all pictures or labels of a data set that its user asks for, because it is the wrong way round.

Knows nothing of how a fault is found: nothing here is done unasked.
"""

from dataclasses import replace
from typing import Any, TypedDict, Unpack

import numpy as np

from inkdigits.core.errors import DataError
from inkdigits.core.types import Images
from inkdigits.data.dataset import DIGITS, Dataset
from inkdigits.pictures.normalize import normalize_digit


class PictureChanges(TypedDict, total=False):
    """Changes to pictures, done in this order."""

    invert: bool
    transpose: bool
    mirror: bool
    flip: bool
    centre: bool


class DataChanges(PictureChanges, total=False):
    """Changes to a data set, all optional.

    `invert` swaps ink and paper; `transpose` swaps rows and columns; `mirror` swaps left and right; `flip` swaps top
    and bottom; `centre` brings each digit to MNIST's size and place; `shift_labels` is added to each label.
    """

    shift_labels: int


_NOTES = {
    "invert": "ink and paper swapped",
    "transpose": "rows and columns swapped",
    "mirror": "left and right swapped",
    "flip": "top and bottom swapped",
    "centre": "each digit brought to MNIST's size and place",
}


def change_images(images: Images, **changes: Unpack[PictureChanges]) -> Images:
    """Change pictures as asked.

    Args:
        images: (N, 28, 28), uint8, 0 … 255.
        **changes: Which changes to make.

    Returns:
        (N, 28, 28), uint8, 0 … 255.

    Examples:
        >>> picture = np.zeros((1, 28, 28), np.uint8)
        >>> picture[0, 3, 20] = 255
        >>> [int(place[0]) for place in np.nonzero(change_images(picture, transpose=True, mirror=True)[0])]
        [20, 24]
    """
    if changes.get("invert"):
        images = 255 - images
    if changes.get("transpose"):
        images = images.swapaxes(1, 2)
    if changes.get("mirror"):
        images = images[:, :, ::-1]
    if changes.get("flip"):
        images = images[:, ::-1]
    if changes.get("centre"):
        centred = [normalize_digit(image / 255) for image in images]
        images = np.stack([old if new is None else new for old, new in zip(images, centred, strict=True)])
    return np.ascontiguousarray(images)


def change_dataset(dataset: Dataset, **changes: Unpack[DataChanges]) -> Dataset:
    """Change a data set as asked, and note what was done in its provenance.

    Args:
        dataset: As loaded.
        **changes: Which changes to make.

    Returns:
        The changed data set; the same one if nothing is asked for.

    Raises:
        DataError: The labels are no numbers, or would be below 0.

    Examples:
        >>> from inkdigits.data.dataset import Split
        >>> digits = Split(np.zeros((2, 28, 28), np.uint8), np.array([1, 0]))
        >>> changed = change_dataset(Dataset("two", digits, digits), shift_labels=-1)
        >>> changed.train.labels.tolist(), changed.provenance.notes
        ([0, 9], ('as asked: -1 added to the labels, of 0 to 9 round the end',))
    """
    asked = {name: value for name, value in changes.items() if value}
    if not asked:
        return dataset
    shift = int(asked.pop("shift_labels", 0))  # type: ignore[call-overload]
    pictures: Any = asked
    train, test = (
        replace(split, images=change_images(split.images, **pictures)) for split in (dataset.train, dataset.test)
    )
    notes = [f"as asked: {note}" for name, note in _NOTES.items() if name in asked]
    changed = replace(dataset, train=train, test=test)
    if shift:
        changed = _shift_labels(changed, shift)
        wraps = ", of 0 to 9 round the end" if dataset.classes == DIGITS else ""
        notes.append(f"as asked: {shift:+d} added to the labels{wraps}")
    provenance = replace(
        dataset.provenance,
        notes=(*dataset.provenance.notes, *notes),
        changes=dataset.provenance.changes | changes,
    )
    return replace(changed, provenance=provenance)


def _shift_labels(dataset: Dataset, shift: int) -> Dataset:
    if not all(name.isascii() and name.isdigit() for name in dataset.classes):
        raise DataError(
            f"{dataset.name} has the classes {', '.join(dataset.classes)}",
            expected="classes that are numbers, because the shift is added to them",
            mend="leave out the shift of the labels",
        )
    values = np.array([int(name) for name in dataset.classes]) + shift  # (classes,)
    if dataset.classes == DIGITS:
        values %= len(DIGITS)
    if values.min() < 0:
        raise DataError(
            f"{dataset.name} has the label {values.min() - shift}",
            expected=f"labels of at least {-shift}, because {shift} is added to them",
            mend="shift them by less",
        )
    is_digits = values.max() < len(DIGITS)
    classes = DIGITS if is_digits else tuple(map(str, sorted(values)))
    numbers = np.array([classes.index(str(value)) for value in values])  # (classes,): old to new class number
    return replace(
        dataset,
        classes=classes,
        train=replace(dataset.train, labels=numbers[dataset.train.labels]),
        test=replace(dataset.test, labels=numbers[dataset.test.labels]),
    )
