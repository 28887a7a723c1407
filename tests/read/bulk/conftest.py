import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.files import draw_digit
from helpers.pictures import to_png


@pytest.fixture(scope="session")
def rows() -> Callable[[Path], list[dict[str, Any]]]:
    """Read the rows of a .jsonl file."""

    def read(path: Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    return read


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A folder of twelve pictures of one digit, digit-1.png to digit-12.png."""
    folder = tmp_path / "digits"
    folder.mkdir()
    for number in range(1, 13):
        (folder / f"digit-{number}.png").write_bytes(to_png(draw_digit(number % 10, 40 + number)))
    return folder
