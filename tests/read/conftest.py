import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.writing import SHEET_LINES, picture_of, sheet_of
from inkdigits.read.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader with the shipped networks."""
    return Reader()


@pytest.fixture(scope="module")
def picture() -> NDArray[np.uint8]:
    """A sheet with three lines, dark on light."""
    return picture_of(sheet_of(SHEET_LINES, 48, gap=0.5)[0], noise_sigma=2)
