from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from helpers.pictures import to_png
from helpers.servers import Client, serving
from inkdigits.serve.settings import Settings


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server of this file keeps its corrections."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def client(kept: Path) -> Iterator[Client]:
    with serving(Settings(port=0, data_dir=kept)) as client:
        yield client


@pytest.fixture(scope="session")
def one() -> bytes:
    """A picture of a 1: a thick stroke on paper."""
    paper = np.full((90, 60), 240, np.uint8)
    paper[20:70, 27:33] = 30
    return to_png(paper)


@pytest.fixture(scope="session")
def form() -> np.ndarray:
    """A 1 in MNIST's form."""
    form = np.zeros((28, 28), np.uint8)
    form[4:24, 13:15] = 255
    return form
