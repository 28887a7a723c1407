from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from helpers.odd_digits import BARRED_2, draw_normalized
from helpers.pictures import to_png
from helpers.servers import SMALL_LIMITS, Client, serving
from inkdigits.corrections.store import CorrectionStore
from inkdigits.serve.settings import Settings


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of `client`'s server."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[Client]:
    """A client of a server for this file's tests."""
    with serving(Settings(port=0, data_dir=data_dir)) as client:
        yield client


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server with small limits."""
    with serving(Settings(port=0, data_dir=tmp_path_factory.mktemp("small"), limits=SMALL_LIMITS)) as client:
        yield client


@pytest.fixture
def corrected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a few corrections, on a machine without MNIST."""
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    store = CorrectionStore(tmp_path / "data")
    for digit in draw_normalized(BARRED_2, 3, seed=1):
        store.add(digit, label="2", read="7")
    return tmp_path / "data"


@pytest.fixture(scope="session")
def picture() -> bytes:
    """A PNG of a 1: a thick stroke on paper."""
    paper = np.full((90, 60), 240, np.uint8)
    paper[20:70, 27:33] = 30
    return to_png(paper)


@pytest.fixture(scope="session")
def digit_one() -> np.ndarray:
    """A normalized 1."""
    digit = np.zeros((28, 28), np.uint8)
    digit[4:24, 13:15] = 255
    return digit
