import pytest

from inkdigits.read.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader with the shipped networks."""
    return Reader()
