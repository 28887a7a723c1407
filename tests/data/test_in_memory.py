import numpy as np
import pytest
from PIL import Image

import inkdigits
from inkdigits.core.errors import DataError, PictureError
from inkdigits.data.in_memory import dataset_from

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (24, 28, 28)).astype(np.uint8)
LABELS = np.arange(24) % 4


def forms():
    import pandas
    import torch

    return {
        "arrays": (IMAGES, LABELS),
        "rows": (IMAGES.reshape(24, 784), LABELS.tolist()),
        "floats": (IMAGES / 255, LABELS.astype(float)),
        "channels": (IMAGES[..., None], np.eye(10)[LABELS]),
        "tensors": (torch.from_numpy(IMAGES[:, None]) / 255, torch.from_numpy(LABELS)),
        "DataFrame": (pandas.DataFrame(IMAGES.reshape(24, 784)), pandas.Series(LABELS)),
        "words": (IMAGES, [str(label) for label in LABELS]),
    }


@pytest.mark.parametrize("name", ["arrays", "rows", "floats", "channels", "tensors", "DataFrame", "words"])
def test_every_form_gives_the_same_data(name):
    data, expected = inkdigits.load(forms()[name]), dataset_from((IMAGES, LABELS))
    assert data.classes == tuple("0123456789")
    for split in ("train", "test"):
        np.testing.assert_array_equal(getattr(data, split).images, getattr(expected, split).images)
        np.testing.assert_array_equal(getattr(data, split).labels, getattr(expected, split).labels)
    assert (len(data.train), len(data.test)) == (20, 4)


def test_test_digits_beside_training_digits():
    data = dataset_from(((IMAGES[:20], LABELS[:20]), (IMAGES[20:], LABELS[20:])))
    assert (len(data.train), len(data.test)) == (20, 4)
    np.testing.assert_array_equal(data.test.images, IMAGES[20:])


def test_two_pictures_are_not_two_splits():
    data = dataset_from((list(IMAGES[:2]) * 6, [0, 1] * 6))
    assert len(data.train) + len(data.test) == 12


def test_pictures_of_pillow_are_prepared_as_for_reading():
    from helpers.files import draw_digit

    pictures = [Image.fromarray(draw_digit(digit)) for digit in (1, 7)] * 6
    data = dataset_from((pictures, ["one", "seven"] * 6))
    assert data.classes == ("one", "seven")
    np.testing.assert_array_equal(data.train.images[0], inkdigits.load_digit(pictures[0]))


@pytest.mark.parametrize(
    ("source", "error", "told"),
    [
        ((IMAGES, LABELS[:5]), DataError, "24 pictures and 5 labels"),
        ((IMAGES[:, :20], LABELS), PictureError, "28"),
        ((IMAGES * -1.0, LABELS), PictureError, "values from"),
        ((IMAGES, LABELS + 0.5), DataError, "not whole"),
        (((IMAGES, ["a", "b"] * 12), (IMAGES, ["a", "c"] * 12)), DataError, "test label 'c'"),
        (5, DataError, "data of type int"),
        ((IMAGES,), DataError, "data of type tuple"),
    ],
)
def test_what_is_no_data_is_told_in_a_line(source, error, told):
    with pytest.raises(error, match=told) as raised:
        inkdigits.load(source)
    assert "\n" not in str(raised.value)


def test_training_on_arrays(tmp_path):
    uci = inkdigits.load("uci")
    pairs = ((uci.train.images / 255, uci.train.labels), (uci.test.images / 255, uci.test.labels))
    arguments = {"epochs": 2, "progress": False}
    of_arrays = inkdigits.train("softmax", pairs, out=tmp_path / "arrays", **arguments)
    of_name = inkdigits.train("softmax", "uci", out=tmp_path / "name", **arguments)
    assert of_arrays.history.records == of_name.history.records
