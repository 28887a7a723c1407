"""The baseline of the tutorials: grey, 28x28, inverted if bright, into a network trained on plain MNIST.

The tables show it beside the reader.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.api import Run, train
from inkdigits.pictures.arrays import picture_from_array
from inkdigits.pictures.files import read_picture


def tutorial_run(path: Path, data_dir: Path | None, epochs: int) -> Run:
    """Return the run of the tutorials' CNN, after training it or finishing its training.

    Args:
        path: Its folder.
        data_dir: Where MNIST lies.
        epochs: How long it is trained.
    """
    # One evaluation an epoch instead of a hundred: the weights are the same.
    changes = {"steps": 1200 * epochs, "record_every": 1200, "checkpoint_every": 1200}
    begun = (path / "run.json").exists()
    return train("cnn", "mnist", out=path, changes=changes, data_dir=data_dir, resume=begun)


def read_single(run: Run, picture: NDArray[np.uint8]) -> str:
    """Return the digit in a picture.

    Args:
        run: The run of a CNN.
        picture: (H, W) or (H, W, 3), uint8, 0 … 255.
    """
    return str(int(run.predict(_form(_grey(picture)))[0].argmax()))


def read_string(run: Run, picture: NDArray[np.uint8]) -> str:
    """Return the number in a picture as tutorials read it: each connected component of ink is a digit.

    Args:
        run: The run of a CNN.
        picture: (H, W) or (H, W, 3), uint8, 0 … 255.
    """
    grey = _grey(picture)
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    if ink.mean() > 127:
        ink = 255 - ink
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = sorted(tuple(int(v) for v in row[:4]) for row in stats[1:] if row[3] > 0.3 * grey.shape[0])
    forms = [_form(grey[top : top + height, left : left + width]) for left, top, width, height in boxes]
    return "".join(str(int(digit)) for digit in run.predict(np.stack(forms)).argmax(axis=1)) if forms else ""


def load(source: Path | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the pixels of a picture, (H, W, 3), uint8, 0 … 255.

    Args:
        source: A file, or an array.
    """
    return read_picture(source) if isinstance(source, Path) else picture_from_array(source)


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _form(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    form = np.asarray(cv2.resize(grey, (28, 28), interpolation=cv2.INTER_AREA), np.uint8)
    return 255 - form if form.mean() > 127 else form
