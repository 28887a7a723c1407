"""Files and arrays of every kind that a reader takes."""

import io

import numpy as np
import PIL.Image
import pytest

from helpers.pictures import encode
from helpers.writing import SHEET_LINES, SHEET_TEXT, picture_of, sheet_of
from inkdigits.core.errors import PictureError


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
        with pytest.raises(PictureError, match="is no picture"):
            reader.read(b"%PDF-1.7 nothing")
        with pytest.raises(PictureError, match=r"can't be opened|is no picture"):
            reader.read("a\0b.png")


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

    def test_nan_and_infinity_are_paper_or_ink_and_no_more(self, reader, picture):
        holed = picture[:, :, 0].astype(np.float32)
        holed[20, 30], holed[100, 5], holed[5, 200] = np.nan, np.inf, -np.inf
        assert len(reader.read(holed).lines) >= len(SHEET_LINES) - 1
        for value in (np.nan, np.inf, -np.inf):
            reader.read(np.full((50, 70), value))

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
