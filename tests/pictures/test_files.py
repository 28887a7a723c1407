import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from helpers.wrong_inputs import png_of_size
from inkdigits.core.errors import PictureError
from inkdigits.pictures.files import read_picture


def encode(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def left_half(mode: str, left: object, right: object) -> Image.Image:
    picture = Image.new(mode, (8, 4), right)
    picture.paste(left, (0, 0, 4, 4))
    return picture


@pytest.mark.parametrize(
    ("mode", "kind", "left", "right"),
    [
        ("1", "PNG", 0, 1),
        ("L", "PNG", 0, 255),
        ("LA", "PNG", (0, 255), (255, 255)),
        ("RGB", "BMP", (0, 0, 0), (255, 255, 255)),
        ("RGBA", "PNG", (0, 0, 0, 255), (255, 255, 255, 255)),
        ("CMYK", "TIFF", (0, 0, 0, 255), (0, 0, 0, 0)),
        ("YCbCr", "TIFF", (0, 128, 128), (255, 128, 128)),
        ("LAB", "TIFF", (0, 0, 0), (255, 0, 0)),
        ("I;16", "PNG", 0, 65535),
        ("I", "TIFF", -100_000, 100_000),
        ("F", "TIFF", 0.0, 1.0),
        ("F", "TIFF", 0.0, 255.0),
        ("F", "TIFF", float("nan"), 255.0),
    ],
)
def test_every_mode_becomes_black_and_white_colour(mode, kind, left, right):
    pixels = read_picture(encode(left_half(mode, left, right), kind))
    assert pixels.shape == (4, 8, 3)
    assert pixels.dtype == np.uint8
    assert pixels[:, :4].max() <= 1
    assert pixels[:, 4:].min() >= 254


def test_a_path_is_read_like_its_bytes_and_can_be_written_to(tmp_path: Path):
    content = encode(left_half("RGB", (10, 20, 30), (200, 210, 220)))
    (tmp_path / "seven.png").write_bytes(content)
    pixels = read_picture(tmp_path / "seven.png")
    assert np.array_equal(pixels, read_picture(content))
    assert pixels.flags.writeable


def test_palette_keeps_its_colours():
    picture = left_half("RGB", (200, 0, 0), (0, 0, 200)).quantize(4)
    pixels = read_picture(encode(picture))
    assert pixels[0, 0].tolist() == [200, 0, 0]


def test_the_rotation_of_the_camera_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees to the right
    pixels = read_picture(encode(left_half("L", 0, 255), "JPEG", exif=exif))
    assert pixels.shape == (8, 4, 3)
    assert pixels[0].max() < 30
    assert pixels[-1].min() > 200


def test_damaged_exif_leaves_the_picture_whole():
    content = encode(left_half("L", 0, 255), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x09garbage")
    assert read_picture(content).shape == (4, 8, 3)


def test_dark_strokes_on_transparency_become_dark_on_white():
    pixels = read_picture(encode(left_half("RGBA", (0, 0, 0, 255), (0, 0, 0, 0))))
    assert pixels[0, 0].tolist() == [0, 0, 0]
    assert pixels[0, 7].tolist() == [255, 255, 255]


@pytest.mark.parametrize("stroke", [(255, 255, 255, 255), (250, 250, 210, 255)])
def test_pale_strokes_on_transparency_stay_visible(stroke):
    picture = Image.new("RGBA", (20, 20), (255, 255, 255, 0))
    picture.paste(stroke, (9, 3, 12, 17))
    pixels = read_picture(encode(picture))
    assert pixels[10, 10].min() > 200
    assert pixels[0, 0].max() == 0


def test_a_sheet_with_transparent_corners_stays_white():
    picture = Image.new("RGBA", (20, 20), (240, 240, 240, 255))
    picture.paste((190, 190, 190, 255), (9, 3, 12, 17))  # faint pencil
    picture.paste((0, 0, 0, 0), (0, 0, 3, 3))
    assert read_picture(encode(picture))[0, 0].min() == 255


@pytest.mark.parametrize("side", [7_100, 10_000, 60_000])
def test_a_decompression_bomb_is_refused_by_its_header(side):
    # Pillow would warn, and warnings are errors here.
    with pytest.raises(PictureError, match=r"too large .*at most 50,000,000 pixels"):
        read_picture(png_of_size(side, side))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"a letter, not a picture", "is in no known picture format"),
        (encode(Image.new("L", (50, 50), 3))[:60], "is damaged"),
        (encode(Image.effect_noise((90, 90), 80), "JPEG")[:900], "is damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n", "is in no known picture format"),
    ],
)
def test_foreign_and_damaged_files_are_named(content, words, tmp_path: Path):
    file = tmp_path / "nine.png"
    file.write_bytes(content)
    for source, name in ((file, str(file)), (content, "the picture")):
        with pytest.raises(PictureError, match=words) as caught:
            read_picture(source)
        assert name in str(caught.value)


def test_missing_files_and_folders_are_named(tmp_path: Path):
    with pytest.raises(PictureError, match=r"none\.png does not exist"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(PictureError, match="can't be opened"):
        read_picture(tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_mutated_picture_is_read_or_refused(data):
    kind = data.draw(st.sampled_from(["PNG", "GIF", "BMP", "TIFF", "JPEG", "WEBP"]))
    content = bytearray(encode(left_half("RGB", (10, 20, 30), (200, 210, 220)), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        pixels = read_picture(bytes(content))
    except PictureError:
        return
    assert pixels.ndim == 3
    assert pixels.dtype == np.uint8
