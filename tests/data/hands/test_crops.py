import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.hands.crops import CropDigits, read_crops, write_crops


@pytest.fixture
def two():
    rng = np.random.default_rng(0)
    crops = tuple(17 * rng.integers(0, 16, shape, dtype=np.uint8) for shape in ((40, 9), (22, 30)))
    return CropDigits(crops, np.array([80, 44]), np.array([1, 5]), np.array([0, 14], np.int16))


def test_crops_come_back_from_their_file(tmp_path, two):
    write_crops(tmp_path / "two.npz", two)
    again = read_crops(tmp_path / "two.npz")
    assert all(np.array_equal(one, other) for one, other in zip(again.crops, two.crops, strict=True))
    assert again.scan_heights.tolist() == [80, 44]
    assert (again.labels.tolist(), again.writers.tolist()) == ([1, 5], [0, 14])
    assert again[again.writers == 14].crops[0].shape == (22, 30)


def test_one_of_each_is_needed(two):
    with pytest.raises(DataError, match="1 heights"):
        CropDigits(two.crops, two.scan_heights[:1], two.labels, two.writers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pixels", np.zeros(7, np.uint8)),
        ("pixels", np.full(40 * 9 + 22 * 30, 16, np.uint8)),
        ("heights", np.array([40])),
        ("labels", np.array([1, 11])),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(tmp_path, two, name, value):
    write_crops(tmp_path / "two.npz", two)
    with np.load(tmp_path / "two.npz") as content:
        arrays = dict(content)
    np.savez(tmp_path / "bad.npz", **(arrays | {name: value}))
    with pytest.raises(DataError, match=r"the arrays of .*bad\.npz don't fit together"):
        read_crops(tmp_path / "bad.npz")
