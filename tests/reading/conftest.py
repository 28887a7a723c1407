import pytest

from inkdigits.reading.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader with the shipped networks."""
    return Reader()
