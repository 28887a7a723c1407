import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.hands.strokes import StrokeDigits, join_strokes, read_strokes, write_strokes


@pytest.fixture
def two():
    rng = np.random.default_rng(0)
    strokes = [rng.integers(-900, 900, (length, 2)).astype(np.int16) for length in (1, 5, 30)]
    return StrokeDigits(((strokes[0], strokes[1]), (strokes[2],)), np.array([4, 1]), np.array([7, 44], np.int16))


def test_strokes_come_back_from_their_file(tmp_path, two):
    write_strokes(tmp_path / "two.npz", two)
    again = read_strokes(tmp_path / "two.npz")
    assert [[stroke.tolist() for stroke in digit] for digit in again.digits] == [
        [stroke.tolist() for stroke in digit] for digit in two.digits
    ]
    assert (again.labels.tolist(), again.writers.tolist()) == ([4, 1], [7, 44])
    assert (again.digits[0][0].dtype, again.labels.dtype, again.writers.dtype) == (np.int16, np.int64, np.int16)


def test_some_digits_and_several_parts(two):
    assert two[two.writers == 44].labels.tolist() == [1]
    assert two[:1].digits == two.digits[:1]
    assert join_strokes([two, two[1:]]).writers.tolist() == [7, 44, 44]


def test_a_label_for_each_digit_is_needed(two):
    with pytest.raises(DataError, match="2 digits, 1 labels and 2 writers"):
        StrokeDigits(two.digits, two.labels[:1], two.writers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("labels", np.array([4, 10])),
        ("writers", np.array([7])),
        ("strokes_per_digit", np.array([2, 2])),
        ("points_per_stroke", np.array([1, 5, 31])),
        ("steps", np.zeros((3, 36), np.int16)),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(tmp_path, two, name, value):
    write_strokes(tmp_path / "two.npz", two)
    with np.load(tmp_path / "two.npz") as content:
        arrays = dict(content)
    np.savez(tmp_path / "bad.npz", **(arrays | {name: value}))
    with pytest.raises(DataError, match=r"the arrays of .*bad\.npz don't fit together"):
        read_strokes(tmp_path / "bad.npz")


def test_a_file_without_strokes_is_named(tmp_path):
    np.savez(tmp_path / "other.npz", labels=np.zeros(3))
    (tmp_path / "text.npz").write_text("no archive")
    for name in ("other", "text", "missing"):
        with pytest.raises(DataError, match=rf"{name}\.npz can't be read"):
            read_strokes(tmp_path / f"{name}.npz")
