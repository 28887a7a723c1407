"""What a line says of its digits."""

import numpy as np
import pytest

from helpers.writing import blank, write
from inkdigits.pictures.normalize import normalize_digit
from inkdigits.read.printed.evidence import FEATURES, line_features, unit_shapes


def form_of(character: str, pen: float = 5) -> np.ndarray:
    canvas = blank(80, 60)
    write(canvas, character, 15, 15, 50, pen=pen)
    return normalize_digit(canvas)


def features(text: str, logits: list[float], boxes: list[tuple[int, int, int, int]] | None = None) -> dict[str, object]:
    boxes = boxes or [(20 * place, 0, 20 * place + 12, 20) for place in range(len(text))]
    shapes = unit_shapes(np.stack([form_of(character) for character in text]))
    values = line_features(np.float32(logits), shapes, [int(one) for one in text], np.array(boxes, np.float32))
    return {name: pytest.approx(column, abs=1e-3) for name, column in zip(FEATURES, values.T.tolist(), strict=True)}


def test_neighbours_say_what_they_look_like():
    said = features("12345", [1, 2, 3, 4, -5])
    assert said["own"] == [1, 2, 3, 4, -5]
    assert said["near"] == [2.5, 8 / 3, 0.5, 0, 3.5]
    assert said["line"] == [1] * 5
    assert said["length"] == [np.log(5)] * 5
    assert features("12", [1, 3])["near"] == [3, 1]


def test_equal_shapes_of_the_same_digit():
    assert features("7172", [0] * 4)["alike"] == [1, 0, 1, 0]
    assert features("71", [0] * 2)["alike"] == [0, 0]


def test_other_strokes_are_less_alike():
    shapes = unit_shapes(np.stack([form_of("7", 3), form_of("7", 9), form_of("7", 3)]))
    alike = line_features(np.zeros(3, np.float32), shapes, [7, 7, 7], np.zeros((3, 4), np.float32))
    thin, thick, _ = alike[:, FEATURES.index("alike")]
    assert thick < 0.9 < thin == pytest.approx(1, abs=1e-3)


def test_shapes_without_ink():
    assert not unit_shapes(np.zeros((2, 28, 28), np.uint8)).any()


def test_feet_off_the_line_and_other_heights():
    level = [(0, 0, 10, 20), (20, 0, 30, 20), (40, 0, 50, 20), (60, 0, 70, 20)]
    said = features("1234", [0] * 4, level)
    assert said["off"] == [0] * 4
    assert said["height"] == [0] * 4
    tilted = [(left, top + left // 10, right, bottom + left // 10) for left, top, right, bottom in level]
    assert features("1234", [0] * 4, tilted)["off"] == [0] * 4
    assert features("123", [0] * 3, [(0, 0, 10, 20), (20, 0, 30, 20), (40, 0, 50, 24)])["height"] == [0, 0, 0.2]
    assert features("123", [0] * 3, [(0, 0, 10, 20), (20, 0, 30, 20), (40, 15, 50, 35)])["off"] == [0, 0, 0.3]
