"""Small data files and pictures that tests make."""

import numpy as np
from numpy.typing import NDArray


def idx_bytes(values: NDArray[np.uint8]) -> bytes:
    """Return an array, of any shape, as the bytes of an IDX file."""
    header = bytes([0, 0, 8, values.ndim]) + b"".join(length.to_bytes(4, "big") for length in values.shape)
    return header + values.astype(np.uint8).tobytes()


def draw_digit(label: int, side: int = 64, *, ink: int = 30, paper: int = 235) -> NDArray[np.uint8]:
    """Return a picture, (side, side, 3), that differs for each label: a vertical bar with `label` rungs."""
    picture = np.full((side, side, 3), paper, np.uint8)
    pen = max(2, side // 16)
    top, bottom, left, right = side // 6, side - side // 6, side // 3, side - side // 3
    picture[top:bottom, left : left + pen] = ink
    for rung in range(label):
        row = top + rung * (bottom - top) // 10
        picture[row : row + max(1, pen // 2), left:right] = ink
    return picture
