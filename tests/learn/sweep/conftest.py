import pytest

from inkdigits.data.dataset import Dataset
from inkdigits.data.load import load


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """The small digits that scikit-learn carries."""
    return load("uci")
