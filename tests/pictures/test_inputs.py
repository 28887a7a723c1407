"""The gate for pictures: the same from every form of one picture, and one clear line for what is none."""

import io
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from helpers.picture_forms import array_forms, file_forms
from helpers.pictures import encode, to_png
from helpers.wrong_inputs import WRONG_INPUTS
from inkdigits.core.errors import PictureError
from inkdigits.data.load import load
from inkdigits.pictures.inputs import to_digits, to_pages, to_picture

GATES = {"pages": lambda source: list(to_pages(source)), "picture": to_picture, "digits": to_digits}


def test_there_are_forty_wrong_inputs_and_more():
    assert len(WRONG_INPUTS) >= 40


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
@pytest.mark.parametrize(("make", "words"), WRONG_INPUTS.values(), ids=WRONG_INPUTS)
def test_what_is_no_picture_gets_one_clear_line(make, words, gate, tmp_path):
    with pytest.raises(PictureError, match=words) as caught:
        gate(make(tmp_path))
    line = str(caught.value)
    assert "\n" not in line
    assert len(line) < 400 + len(str(tmp_path))
    given_part, _, rest = line.partition("; expected ")
    expected, _, mend = rest.partition("; ")
    assert given_part
    assert expected
    assert mend


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(5, 40), st.integers(5, 40))).filter(lambda grey: grey.max() > 1))
def test_a_picture_is_the_same_in_every_form(tmp_path_factory, grey):
    forms = array_forms(grey) | file_forms(grey, tmp_path_factory.mktemp("forms"))
    for name, form in forms.items():
        picture = to_picture(form)
        assert picture.dtype == np.uint8, name
        assert np.array_equal(picture, np.dstack([grey] * 3)), name


def test_a_normalized_digit_is_the_same_in_every_form(tmp_path):
    for digit in load("uci").test.images[:12]:
        for name, form in (array_forms(digit) | file_forms(digit, tmp_path)).items():
            assert np.array_equal(to_digits(form), digit[None]), name


@settings(max_examples=20, deadline=None)
@given(arrays.arrays(np.uint8, (28, 28)).filter(lambda grey: grey.max() > 1))
def test_an_array_is_a_digit_as_it_is(grey):
    for name, form in array_forms(grey).items():
        assert np.array_equal(to_digits(form), grey[None]), name


def test_batches_of_every_kind(tmp_path):
    digits = load("uci").test.images[:6]
    batches = {
        "(N, 784)": digits.reshape(6, 784),
        "(N, 1, 28, 28)": torch.from_numpy(digits)[:, None] / 255,
        "(N, 28, 28, 1)": digits[..., None] / 255,
        "(N, 3, 28, 28)": np.repeat(digits[:, None], 3, axis=1),
        "nested lists": digits.tolist(),
        "list of arrays": list(digits),
        "list of flat arrays": [digit.ravel() / 255 for digit in digits],
        "list of tensors": [torch.from_numpy(digit)[None] / 255 for digit in digits],
        "tuple of pictures": tuple(map(Image.fromarray, digits)),
        "list of files": [to_png(digit) for digit in digits],
        "list of paths": [file_forms(digit, tmp_path)["bytes"] for digit in digits],
        "mixed": [digits[0], digits[1] / 255, digits[2].astype(np.uint16) * 257, *map(to_png, digits[3:])],
    }
    for name, batch in batches.items():
        assert np.array_equal(to_digits(batch), digits), name


def test_a_wrong_one_of_several_is_told():
    digit = np.zeros((28, 28))
    with pytest.raises(PictureError, match=r"picture 2 of 3: an array of shape \(27, 28\)"):
        to_digits([digit, np.zeros((27, 28)), digit])
    with pytest.raises(PictureError, match=r"a list of str; expected one picture; give them one by one"):
        to_picture(["one.png", "two.png"])


def test_a_file_is_normalized_and_an_array_is_not(tmp_path):
    digit = load("uci").test.images[0]
    dark_on_light = 255 - digit
    assert np.array_equal(to_digits(to_png(dark_on_light))[0], digit)
    assert np.array_equal(to_digits(Image.fromarray(dark_on_light))[0], digit)
    assert np.array_equal(to_digits(dark_on_light)[0], dark_on_light)
    with pytest.raises(PictureError, match=r"nothing readable in the picture; expected one digit"):
        to_digits(to_png(np.full((50, 50), 255, np.uint8)))


def test_a_picture_of_pillow_stays_open_and_in_place():
    file = io.BytesIO()
    frames = [Image.new("L", (9, 8), level) for level in (10, 200)]
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:])
    with Image.open(file) as opened:
        opened.seek(1)
        assert to_picture(opened)[0, 0].tolist() == [200] * 3
        assert opened.tell() == 1
        assert opened.getpixel((0, 0)) == 200


def test_the_rotation_of_the_camera_counts_for_pillow_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encode(np.arange(200, dtype=np.uint8).reshape(10, 20), "PNG", exif=exif)
    with Image.open(io.BytesIO(content)) as opened:
        assert np.array_equal(to_picture(opened), to_picture(content))
    assert to_picture(content).shape == (20, 10, 3)


def test_a_file_that_gives_little_at_a_time(tmp_path):
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(7, size))

    grey = np.arange(200, dtype=np.uint8).reshape(10, 20)
    assert np.array_equal(to_picture(Slow(to_png(grey)))[..., 0], grey)
    path = tmp_path / "open.png"
    path.write_bytes(to_png(grey))
    with path.open("rb") as file:
        assert np.array_equal(to_picture(file)[..., 0], grey)
        assert not file.closed


def test_a_float_that_numpy_does_not_know():
    grey = np.arange(200, dtype=np.uint8).reshape(10, 20)
    assert np.array_equal(to_picture((grey / 255).astype(ml_dtypes.bfloat16))[..., 0], grey)


def test_what_was_given_stays_as_it_was():
    tensor = torch.rand(28, 28, requires_grad=True)
    before = tensor.detach().clone()
    digits = to_digits(tensor)
    digits[:] = 0
    assert torch.equal(tensor, before)
    assert tensor.requires_grad


def test_tensors_are_told_without_torch():
    code = (
        "import sys, numpy as np\n"
        "from inkdigits.pictures.inputs import to_digits\n"
        "assert to_digits([np.zeros((28, 28))]).shape == (1, 28, 28)\n"
        "assert 'torch' not in sys.modules and 'pypdfium2' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
