"""Pictures of lines of digits as files."""

from pathlib import Path

import PIL.Image

from helpers.writing import picture_of, sheet_of


def save_sheet(path: Path, *lines: str) -> Path:
    """Write a picture with these lines of digits and return its path."""
    PIL.Image.fromarray(picture_of(sheet_of(list(lines), 48, gap=0.5)[0], noise_sigma=2)).save(path)
    return path
