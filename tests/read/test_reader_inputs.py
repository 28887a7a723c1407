"""Files and arrays of every kind that a reader takes."""

import io

import numpy as np
import PIL.Image
import pytest
from PIL import features

from helpers.documents import encode_pages
from helpers.picture_forms import array_forms, file_forms
from helpers.pictures import encode
from helpers.writing import SHEET_LINES, SHEET_TEXT, picture_of, sheet_of
from helpers.wrong_inputs import WRONG_INPUTS
from inkdigits.core.errors import PictureError
from inkdigits.data.load import load


class TestFiles:
    @pytest.mark.parametrize(
        ("kind", "mode", "options"),
        [
            ("PNG", None, {}),
            ("PNG", "L", {}),
            ("PNG", "1", {}),
            ("PNG", "P", {}),
            ("PNG", "RGBA", {}),
            ("JPEG", None, {"quality": 70}),
            ("JPEG", "CMYK", {}),
            ("BMP", None, {}),
            ("GIF", None, {}),
            ("WEBP", None, {"quality": 70}),
            ("TIFF", "CMYK", {}),
            ("TIFF", None, {"compression": "tiff_lzw"}),
            ("PPM", None, {}),
        ],
    )
    def test_every_kind(self, reader, picture, kind, mode, options):
        assert reader.read(encode(picture, kind, mode, **options)).text == SHEET_TEXT

    def test_16_bits(self, reader, picture):
        deep = PIL.Image.fromarray(picture[:, :, 0].astype(np.uint16) * 200)
        file = io.BytesIO()
        deep.save(file, "PNG")
        assert reader.read(file.getvalue()).text == SHEET_TEXT

    def test_strokes_on_nothing(self, reader, picture):
        # As drawing programs save them: white or black ink, and paper that is not there.
        for ink in (0, 255):
            layers = np.dstack([np.full_like(picture, ink), 255 - picture[:, :, 0]])
            layers[..., 3][layers[..., 3] < 60] = 0
            assert reader.read(encode(layers, "PNG")).text == SHEET_TEXT

    @pytest.mark.parametrize(("orientation", "turns"), [(6, 1), (3, 2), (8, 3)])
    def test_the_rotation_of_the_camera(self, reader, picture, orientation, turns):
        exif = PIL.Image.Exif()
        exif[0x0112] = orientation
        content = encode(np.ascontiguousarray(np.rot90(picture, turns)), "JPEG", exif=exif, quality=90)
        reading = reader.read(content)
        assert reading.text == SHEET_TEXT
        expected = reader.read(picture)
        assert [line.box for line in reading.lines] == [pytest.approx(line.box, abs=4) for line in expected.lines]

    def test_the_pages_of_a_tiff_one_after_the_other(self, reader):
        pages = [PIL.Image.fromarray(picture_of(sheet_of([line], 48, gap=0.5)[0])) for line in SHEET_LINES]
        file = io.BytesIO()
        pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
        reading = reader.read(file.getvalue())
        assert reading.text == SHEET_TEXT
        assert len(reading.forms) == 14

    def test_the_pages_of_a_pdf_one_after_the_other(self, reader, tmp_path):
        pages = [picture_of(sheet_of([line], 48, gap=0.5)[0]) for line in SHEET_LINES]
        path = tmp_path / "form.pdf"
        path.write_bytes(encode_pages(pages, "PDF", resolution=150))
        assert reader.read(path).text == reader.read(path.read_bytes()).text == SHEET_TEXT

    @pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
    def test_avif(self, reader, picture):
        assert reader.read(encode(picture, "AVIF", quality=80)).text == SHEET_TEXT

    def test_avif_where_pillow_lacks_it(self, reader, monkeypatch):
        content = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"
        with pytest.raises(PictureError, match="is in no known picture format"):
            reader.read(content)
        monkeypatch.setattr(features, "check", lambda name: name != "avif")
        with pytest.raises(PictureError, match=r"is AVIF; expected a Pillow that decodes AVIF; upgrade Pillow"):
            reader.read(content)

    def test_of_a_film_the_first_picture(self, reader):
        frames = [PIL.Image.fromarray(picture_of(sheet_of([line], 48, gap=0.5)[0])) for line in ("35264", "80752")]
        file = io.BytesIO()
        frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
        assert reader.read(file.getvalue()).text == "35264"

    def test_a_path_a_name_and_a_wrong_suffix(self, reader, picture, tmp_path):
        path = tmp_path / "actually-a.jpg"
        path.write_bytes(encode(picture, "PNG"))
        assert reader.read(path).text == reader.read(str(path)).text == SHEET_TEXT

    def test_what_can_not_be_read_says_so(self, reader, tmp_path):
        with pytest.raises(PictureError, match="does not exist"):
            reader.read(tmp_path / "none.png")
        with pytest.raises(PictureError, match="is empty"):
            reader.read(b"")
        with pytest.raises(PictureError, match="is in no known picture format"):
            reader.read(b"PDF-1.7 nothing")


@pytest.mark.parametrize(("make", "words"), WRONG_INPUTS.values(), ids=WRONG_INPUTS)
def test_what_is_no_picture_gets_one_clear_line(reader, make, words, tmp_path_factory):
    for read in (reader.read, reader.read_digits, lambda source: reader.read(source, single=True)):
        with pytest.raises(PictureError, match=words) as caught:
            read(make(tmp_path_factory.mktemp("wrong")))
        assert "\n" not in str(caught.value)


def test_the_answer_is_the_same_for_every_form_of_a_sheet(reader, picture, tmp_path):
    grey = np.ascontiguousarray(picture[..., 0])
    expected = reader.read(picture).to_dict()
    assert expected["text"] == SHEET_TEXT
    forms = array_forms(grey) | file_forms(grey, tmp_path)
    for name in ("float16", "tensor bfloat16", "(1, H, W)", "list", "PIL", "open in memory", "TIFF"):
        assert reader.read(forms[name]).to_dict() == expected, name


def test_the_answer_is_the_same_for_every_form_of_a_digit(reader, tmp_path):
    for digit in load("uci").test.images[:2]:
        expected, single = reader.read_digits(digit[None]), reader.read(digit, single=True).to_dict()
        for name, form in (array_forms(digit) | file_forms(digit, tmp_path)).items():
            assert np.array_equal(reader.read_digits(form), expected), name
        for name, form in (array_forms(digit) | file_forms(digit, tmp_path)).items():
            assert reader.read(form, single=True).to_dict() == single, name


def test_digits_of_any_number(reader):
    digits = load("uci").test.images[:5]
    expected = reader.read_digits(digits)
    assert np.array_equal(reader.read_digits(digits.reshape(5, 1, 28, 28) / 255), expected)
    assert np.array_equal(reader.read_digits(list(digits.reshape(5, 784))), expected)
    assert reader.read_digits(np.zeros((0, 28, 28))).shape == (0, 10)


class TestArrays:
    @pytest.mark.parametrize(
        "change",
        [
            lambda grey: grey,
            lambda grey: grey[..., None],
            lambda grey: np.dstack([grey] * 3),
            lambda grey: np.dstack([grey] * 3 + [np.full_like(grey, 255)]),
            lambda grey: grey > 128,
            lambda grey: grey / 255,
            lambda grey: (grey / 255).astype(np.float16),
            lambda grey: grey.astype(np.float64),
            lambda grey: grey.astype(np.uint16) * 257,
            lambda grey: grey.astype(np.int64),
            np.asfortranarray,
            lambda grey: grey[::-1][::-1],
        ],
    )
    def test_any_range_and_shape(self, reader, picture, change):
        assert reader.read(change(picture[:, :, 0])).text == SHEET_TEXT

    @pytest.mark.parametrize(
        "values",
        [
            np.zeros(5),
            np.zeros((0, 5)),
            np.zeros((5, 0, 3), np.uint8),
            np.zeros((4, 5, 2)),
            np.zeros((2, 4, 5, 3)),
            np.zeros((4, 5), dtype=complex),
            np.array([["a", "b"]]),
            np.array([[None, 1]]),
            np.zeros((4, 5), dtype="datetime64[s]"),
            np.broadcast_to(np.uint8(0), (10_000, 10_000)),
        ],
        ids=lambda values: f"{values.dtype}{values.shape}",
    )
    def test_other_arrays_are_refused(self, reader, values):
        with pytest.raises(PictureError, match="; expected "):
            reader.read(values)

    def test_the_array_is_left_as_it_was(self, reader, picture):
        before = picture.copy()
        picture.flags.writeable = False
        reader.read(picture)
        reader.read(picture, single=True)
        picture.flags.writeable = True
        assert np.array_equal(picture, before)
