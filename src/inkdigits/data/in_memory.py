"""Pictures and labels in memory -> a data set. Knows no files.

Tensors and columns of a DataFrame are known by the arrays that they give.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Labels
from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.data.formats.label_values import to_labels
from inkdigits.data.formats.parts import Part, PartName, make_dataset
from inkdigits.data.holdout import with_test_set
from inkdigits.pictures.inputs import DigitSource, to_digits

Pair: TypeAlias = tuple[DigitSource, Any]
"""Pictures and the label of each."""

NAME = "memory"


def dataset_from(source: Pair | tuple[Pair, Pair] | Split) -> Dataset:
    """Return the data set of pictures and labels in memory.

    Args:
        source: `(x, y)`, `((x, y), (x_test, y_test))` as Keras's `load_data` returns them, or a split. Pictures are
            arrays, columns of a DataFrame or tensors: (N, 784), (N, 28, 28), (N, 1, 28, 28) or (N, 28, 28, 1), bool,
            0 … 1 or 0 … 255, white on black; or a list of PIL images, each of one digit, dark or light. Labels are
            numbers, one-hot rows or words.

    Returns:
        The data set, called "memory". Without test digits, a sixth of each class is held back.

    Raises:
        DataError: Lengths differ, or labels have no class.
        PictureError: A picture has another shape, or its range is not clear.

    Examples:
        >>> dataset_from((np.zeros((12, 784)), ["a", "b"] * 6)).classes
        ('a', 'b')
    """
    if isinstance(source, Split):
        return _of_pairs({"train": (source.images, source.labels)})
    if not isinstance(source, (tuple, list)) or len(source) != 2:
        raise _unknown(source)
    first: Any = source[0]
    second: Any = source[1]
    if _is_pair(first) and _is_pair(second):
        return _of_pairs({"train": first, "test": second})
    return _of_pairs({"train": (first, second)})


def _is_pair(value: Any) -> bool:
    """Whether it is pictures and labels, and not pictures: labels are flat, or one-hot."""
    return isinstance(value, (tuple, list)) and len(value) == 2 and np.ndim(_array(value[1])) <= 2


def _of_pairs(pairs: Mapping[PartName, Pair]) -> Dataset:
    provenance = Provenance(NAME)
    labels = {part: _array(labels) for part, (_, labels) in pairs.items()}
    parts = {part: (to_digits(pictures), labels[part]) for part, (pictures, _) in pairs.items()}
    for part, (images, own) in parts.items():
        if len(images) != len(own):
            raise DataError(
                f"{len(images):,} pictures and {len(own):,} labels to {part}",
                expected="one label for each picture",
                mend="give the labels of these pictures, in the same order",
            )
    if _are_words(labels["train"]):
        return _of_words(parts, provenance)
    names = {part: f"y of {part}" for part in parts}
    numbered = {part: Part(images, to_labels(own, names[part]), names[part]) for part, (images, own) in parts.items()}
    return make_dataset(NAME, numbered, provenance)


def _of_words(parts: Mapping[PartName, tuple[Any, NDArray[Any]]], provenance: Provenance) -> Dataset:
    classes = tuple(sorted({str(word) for word in parts["train"][1]}))
    number = {name: place for place, name in enumerate(classes)}
    splits = {part: Split(images, _numbered(words, number)) for part, (images, words) in parts.items()}
    if "test" not in splits:
        return with_test_set(NAME, splits["train"], classes, provenance)
    return Dataset(NAME, train=splits["train"], test=splits["test"], classes=classes, provenance=provenance)


def _numbered(words: NDArray[Any], number: Mapping[str, int]) -> Labels:
    unknown = sorted({str(word) for word in words} - number.keys())
    if unknown:
        raise DataError(
            f"the test label {unknown[0]!r}",
            expected=f"one of the training labels: {', '.join(number)}",
            mend="correct the labels, or add such digits to the training set",
        )
    return np.array([number[str(word)] for word in words], np.int64)


def _array(labels: Any) -> NDArray[Any]:
    detached = labels.detach().cpu() if hasattr(labels, "detach") else labels
    array = np.asarray(detached)
    return array.astype(str) if array.dtype.kind == "O" else array


def _are_words(labels: NDArray[Any]) -> bool:
    return labels.dtype.kind == "U" and not all(word.isascii() and word.isdigit() for word in labels.ravel())


def _unknown(source: Any) -> DataError:
    return DataError(
        f"data of type {type(source).__name__}",
        expected='a name such as "mnist", a path, a data set, or pictures and labels (x, y)',
        mend="give for example (x, y)",
    )
