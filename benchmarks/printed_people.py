"""Who writes and in which fonts is printed: three parts, and nobody and no font family in two. Composes nothing."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from printed_glyphs import Font

from inkdigits.core.types import Images
from inkdigits.data.hands.mnist_writers import with_writers
from inkdigits.data.hands.pendigits import TEST_WRITERS, load_pendigits_strokes
from inkdigits.data.hands.swiss import HELD_BACK, load_swiss_crops
from inkdigits.data.load import load
from inkdigits.learn.synthesis.forms.fonts import AILERON, HERSHEY
from inkdigits.learn.synthesis.handwriting.people import draw_digits, pen_writers, picture_writers
from inkdigits.learn.synthesis.line_writer import LineWriter, OtherPeople
from inkdigits.pictures.normalize import normalize_digit

PARTS = ("fit", "weigh", "measure")
"""The network learns from the first, weights and limits of lines from the second."""

_PACKAGED = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif",
    "DejaVuSerif-Bold", "DejaVuSerif-Italic", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic",
    "STIXGeneralBolIta", "cmr10", "cmss10", "cmtt10", "cmb10",
)  # fmt: skip
"""Fonts of Matplotlib."""

_FIT = ("LiberationSans", "LiberationSerif", "Carlito", "Caladea", "Lato", "EBGaramond", "Inconsolata")
"""Families of further fonts that the network learns from, by the beginning of their files' names: OFL and Apache."""

_WEIGH = ("cmss10", "FiraCode", "Cantarell", "OCRA", "Hack", "LinLibertine")
"""Families that the weights of a line and the limits are chosen on; all others measure."""

_NO_DIGITS = ("D050000L", "StandardSymbols", "LinLibertine_DR", "LinLibertine_I.", "LinBiolinum_K", "OCRBF", "OCRBX",
              "OCRBE", "OCRBL", "OCRBS")  # fmt: skip
_ODD = ("Hairline", "Thin", "Z003")
"""Symbols, outlines; strokes too thin to see; a chancery hand."""


@dataclass(frozen=True, eq=False)
class People:
    """Who writes in one part.

    Attributes:
        writer: Writes lines.
        images: Single digits, (N, 28, 28), uint8, normalized.
        labels: (N,), int64.
    """

    writer: LineWriter
    images: Images
    labels: NDArray[np.int64]


@cache
def people_of(part: str, data_dir: Path | None) -> People:
    """Return the people of one part: nobody is in two.

    Args:
        part: One of `PARTS`.
        data_dir: Where the data sets are.
    """
    strokes, crops, mnist = (
        load_pendigits_strokes(data_dir),
        load_swiss_crops(data_dir),
        load("mnist", data_dir=data_dir),
    )
    mnist = with_writers(mnist, data_dir)
    split = mnist.test if part == "measure" else mnist.train
    writers = split.writers
    assert writers is not None
    own_strokes, own_crops, own = {
        "fit": (strokes.writers <= 25, crops.writers <= 9, writers % 10 > 0),
        "weigh": (
            (strokes.writers > 25) & (strokes.writers < TEST_WRITERS.start),
            (crops.writers > 9) & (crops.writers < HELD_BACK[0]),
            writers % 10 == 0,
        ),
        "measure": (strokes.writers >= TEST_WRITERS.start, np.isin(crops.writers, HELD_BACK), writers >= 0),
    }[part]
    strokes, crops = strokes[own_strokes], crops[own_crops]
    scanned = np.stack([_normalized(crop) for crop in crops.crops])
    pens = pen_writers(strokes.digits, strokes.labels, strokes.writers)
    pictures = picture_writers(scanned, crops.labels, crops.writers, crops.scan_heights)
    others = OtherPeople(pens, pictures, 0.5, faithful=True)
    images, labels = split.images[own], split.labels[own]
    drawn, drawn_labels = draw_digits(pens, 1, np.random.default_rng(0))
    return People(
        LineWriter(images, labels, writers[own], others),
        np.concatenate([images, scanned, drawn]),
        np.concatenate([labels, crops.labels, drawn_labels]),
    )


def _normalized(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    form = normalize_digit(crop / np.float32(255))
    return np.zeros((28, 28), np.uint8) if form is None else form


def fonts_of(part: str, folder: Path | None) -> list[Font]:
    """Return the fonts of one part: no family is in two.

    Args:
        part: One of `PARTS`.
        folder: A folder with further fonts, at any depth.
    """
    spec = find_spec("matplotlib")
    assert spec
    assert spec.origin
    own = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    packaged = [AILERON, *HERSHEY, *(str(own / f"{name}.ttf") for name in _PACKAGED)]
    further = sorted(str(path) for path in folder.rglob("*") if path.suffix in (".ttf", ".otf")) if folder else []
    further = [font for font in further if not any(name in font for name in (*_NO_DIGITS, *_ODD, "DejaVu", "CJK"))]
    weigh = [font for font in (*packaged, *further) if Path(font).name.startswith(_WEIGH)]
    fit = [font for font in packaged if font not in weigh]
    fit += [font for font in further if Path(font).name.startswith(_FIT)]
    measure = [font for font in further if font not in fit and font not in weigh] or weigh
    return {"fit": fit, "weigh": weigh, "measure": measure}[part]
