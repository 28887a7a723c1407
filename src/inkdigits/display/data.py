"""What is shown of a data set and of a split: digits in a grid, how many there are of each class. Knows no network."""

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from inkdigits.core.display import Columns, Drawing
from inkdigits.core.types import SIDE
from inkdigits.data.dataset import Dataset, Split
from inkdigits.display.charts import bar_chart
from inkdigits.display.markup import card, image, png_drawing, svg_drawing, table
from inkdigits.pictures.grid import draw_grid

_PER_CLASS = 4
_SHOWN_CLASSES = 30
_SHOWN_DIGITS = 40


class DatasetView:
    """What is shown of a data set.

    Args:
        dataset: What to show.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def html(self) -> str:
        """Return sizes, origin, the digits of each class, and a few of them."""
        dataset = self._dataset
        origin = " · ".join([dataset.provenance.source, *dataset.provenance.notes])
        shown = {name: list(values)[:_SHOWN_CLASSES] for name, values in self.columns().items()}
        picture = image(self._grid(), f"digits of {dataset.name}")
        return card(f"{dataset.name}: {self._size()}", table(shown), picture, note=origin)

    def picture(self) -> Drawing:
        """Return some digits of each class."""
        return png_drawing(self._grid(), f"Training digits of {self._dataset.name}")

    def chart(self) -> Drawing:
        """Return how many training digits each class has."""
        dataset = self._dataset
        counts = dataset.train.class_counts(len(dataset.classes))
        return svg_drawing(
            [bar_chart(dataset.classes, counts, "class", "training digits")], f"Classes of {dataset.name}"
        )

    def columns(self) -> Columns:
        """Return how many digits each class has in both splits."""
        classes = len(self._dataset.classes)
        return {
            "class": list(self._dataset.classes),
            "train": self._dataset.train.class_counts(classes).tolist(),
            "test": self._dataset.test.class_counts(classes).tolist(),
        }

    def _size(self) -> str:
        return f"{len(self._dataset.train):,} training and {len(self._dataset.test):,} test digits of {SIDE}x{SIDE}"

    def _grid(self) -> PIL.Image.Image:
        train = self._dataset.train
        classes = range(min(len(self._dataset.classes), 10))
        places = np.array([_firsts(train, number) for number in classes]).T.ravel()
        places = places[places >= 0]
        names = [self._dataset.classes[label] for label in train.labels[places]]
        return draw_grid(train.images[places], names, columns=len(classes))


def _firsts(split: Split, label: int) -> NDArray[np.int64]:
    """Return the places of the first digits of a class, (_PER_CLASS,), -1 where there are fewer."""
    found = np.flatnonzero(split.labels == label)[:_PER_CLASS]
    return np.pad(found, (0, _PER_CLASS - len(found)), constant_values=-1)


class SplitView:
    """What is shown of a split.

    Args:
        split: What to show.
    """

    def __init__(self, split: Split) -> None:
        self._split = split

    def html(self) -> str:
        """Return the first digits with their labels."""
        return self.picture().html

    def picture(self) -> Drawing:
        """Return the first digits with their labels."""
        shown = self._split[:_SHOWN_DIGITS]
        note = f"the first {len(shown)}" if len(shown) < len(self._split) else ""
        return png_drawing(draw_grid(shown.images, [str(label) for label in shown.labels]), self._split.size, note)

    def chart(self) -> Drawing:
        """Return how many digits each class number has."""
        counts = self._split.class_counts(1)
        names = [str(label) for label in range(len(counts))]
        return svg_drawing([bar_chart(names, counts, "class", "digits")], "Classes")

    def columns(self) -> Columns:
        """Return labels and pixels as in Kaggle's files: label, pixel0 … pixel783."""
        pixels = self._split.images.reshape(len(self._split), -1)
        return {"label": self._split.labels, **{f"pixel{place}": column for place, column in enumerate(pixels.T)}}
