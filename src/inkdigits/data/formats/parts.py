"""Training and test pictures with labels as in their files -> a data set. Knows no file format."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from inkdigits.core.types import Images, Labels
from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.data.formats.label_values import check_values, describe_values, label_values
from inkdigits.data.holdout import with_test_set

PartName = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Part:
    """Pictures and their labels as one file or two files have them.

    Attributes:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), int64, any value.
        labels_name: What to call the labels in an error.
        notes: What was done while reading.
    """

    images: Images
    labels: Labels
    labels_name: str
    notes: tuple[str, ...] = ()


def make_dataset(
    name: str,
    parts: Mapping[PartName, Part],
    provenance: Provenance,
    label_names: Mapping[int, str] | None = None,
) -> Dataset:
    """Make a data set of the parts that a source has.

    Args:
        name: What the user asked for.
        parts: `train`; `validation`, which becomes the end of the training set; `test`, which is held back from the
            training set if the source has none.
        provenance: Where they came from; notes are added.
        label_names: What a label stands for, where the source says so.

    Returns:
        The data set, with class numbers from 0 in place of labels.

    Raises:
        DataError: A label has no class, or there is nothing to hold back.
    """
    values = label_values(parts["train"].labels, parts["train"].labels_name)
    for part in parts.values():
        check_values(part.labels, values, part.labels_name)
    classes, notes = describe_values(values, label_names or {})
    notes = (*(note for part in parts.values() for note in part.notes), *notes)
    splits = {key: Split(part.images, part.labels - values[0]) for key, part in parts.items()}
    train = splits["train"]
    if "validation" in splits:
        train, note = with_validation(train, splits["validation"])
        notes = (*notes, note)
    provenance = replace(provenance, notes=(*provenance.notes, *notes))
    if "test" not in splits:
        return with_test_set(name, train, classes, provenance)
    return Dataset(name, train=train, test=splits["test"], classes=classes, provenance=provenance)


def with_validation(train: Split, validation: Split) -> tuple[Split, str]:
    """Put a validation set behind the training set, whose end recipes hold back.

    Args:
        train: The training set.
        validation: The validation set.

    Returns:
        Both as one, and a note for the provenance.
    """
    both = Split(np.concatenate([train.images, validation.images]), np.concatenate([train.labels, validation.labels]))
    return both, f"its own validation set ({len(validation):,}) is the end of the training set"
