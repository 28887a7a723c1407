"""Learns to tell print from handwriting and writes `src/inkdigits/read/printed/weights.npz`.

    apt-get install fonts-liberation fonts-lato fonts-crosextra-carlito …
    python benchmarks/printed.py --data-dir ../shared/mnist --fonts /usr/share/fonts

It composes lines of print and of handwriting, reads them, and learns from the digits that are found: a small network
from most writers and fonts, the weights of a line and the limits from others, and it measures on writers and fonts that
neither has seen. Without `--fonts` it has those of Matplotlib, Pillow and OpenCV alone. Takes about fifteen minutes on
two cores; `--measure` only measures, and `--share 0.2` is enough to see whether it works.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from printed_network import fit_network
from printed_samples import (
    Composed,
    Font,
    FoundDigits,
    compose_hand,
    compose_mixed,
    compose_print,
    find_digits,
    glyphs,
    join_digits,
)
from sklearn.linear_model import LogisticRegression

from inkdigits.core.types import Images
from inkdigits.data.hands.mnist_writers import with_writers
from inkdigits.data.hands.pendigits import TEST_WRITERS, load_pendigits_strokes
from inkdigits.data.hands.swiss import HELD_BACK, load_swiss_crops
from inkdigits.data.load import load
from inkdigits.learn.synthesis.forms.fonts import AILERON, HERSHEY
from inkdigits.learn.synthesis.handwriting.people import draw_digits, pen_writers, picture_writers
from inkdigits.learn.synthesis.line_writer import LineWriter, OtherPeople
from inkdigits.pictures.normalize import normalize_digit
from inkdigits.read.printed.classifier import PATH, PrintClassifier, Weights, load_classifier
from inkdigits.read.printed.evidence import FEATURES, line_features
from inkdigits.read.printed.mark import tell_print
from inkdigits.read.reader import Reader

PICTURES = {"fit": 6000, "weigh": 3000, "measure": 3000}
"""Pictures of each part."""

MAX_FALSE = 0.002
"""The share of handwritten digits that may be called print on the part that the limits are chosen on."""

_PACKAGED = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif",
    "DejaVuSerif-Bold", "DejaVuSerif-Italic", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic",
    "STIXGeneralBolIta", "cmr10", "cmss10", "cmtt10", "cmb10",
)  # fmt: skip
"""Fonts of Matplotlib."""

_FIT = ("LiberationSans", "LiberationSerif", "Carlito", "Lato", "EBGaramond", "C059", "Inconsolata")
"""Families of further fonts that the network learns from, by the beginning of their files' names."""

_WEIGH = ("cmss10", "NimbusMono", "P052", "FiraCode", "URWGothic", "OCRA")
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


def people_of(part: str, data_dir: Path | None) -> People:
    """Return the people of one part: nobody is in two.

    Args:
        part: A key of `PICTURES`.
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
        part: A key of `PICTURES`.
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


def compose(part: str, data_dir: Path | None, fonts: Sequence[Font], numbers: range) -> Iterator[Composed]:
    """Yield pictures: half of them handwriting, a third print, the others both side by side.

    Args:
        part: A key of `PICTURES`.
        data_dir: Where the data sets are.
        fonts: What is printed in.
        numbers: Which pictures.
    """
    writer = people_of(part, data_dir).writer
    for number in numbers:
        generator = np.random.default_rng((list(PICTURES).index(part), number))
        font, kind = fonts[int(generator.integers(len(fonts)))], generator.random()
        if kind < 0.5:
            yield compose_hand(writer, generator)
        elif kind < 0.85:
            yield compose_print(font, generator)
        else:
            yield compose_mixed(writer, font, generator)


def _found(part: str, data_dir: Path | None, folder: Path | None, numbers: range) -> FoundDigits:
    return find_digits(Reader(), compose(part, data_dir, fonts_of(part, folder), numbers))


def weigh(network: Weights, found: FoundDigits) -> Weights:
    """Return a network with the weights of a line, and the limits that so few handwritten digits pass.

    Args:
        network: Tells print by single digits.
        found: Lines of people and in fonts that it has not learned from.
    """
    classifier = PrintClassifier(network)
    logits = classifier.logits(found.forms, found.labels)
    features, printed = [], []
    for own in found.by_line():
        if own.stop - own.start > 1:
            features.append(line_features(logits[own], found.forms[own], found.labels[own], found.boxes[own]))
            printed.append(found.printed[own])
    values, truth = np.concatenate(features), np.concatenate(printed)
    spread = np.maximum(values.std(axis=0), 1e-6)
    fitted = LogisticRegression(max_iter=2000).fit(values / spread, truth)
    weights = (fitted.coef_[0] / spread).astype(np.float32)
    limit = _limit(values @ weights, truth)
    print({name: round(float(weight), 2) for name, weight in zip(FEATURES, weights, strict=True)}, f"limit {limit:.2f}")
    alone = _limit(logits, found.printed)
    return {**network, "line": weights, "line_bias": np.float32(-limit), "alone": np.float32(alone)}


def _limit(scores: NDArray[np.floating], printed: NDArray[np.bool_]) -> float:
    return float(np.quantile(scores[~printed], 1 - MAX_FALSE))


def measure(found: FoundDigits, people: People, fonts: Sequence[Font]) -> None:
    """Print how often print is told, and how often handwriting is called print.

    Args:
        found: Lines of people and in fonts that nothing was learned from.
        people: Who wrote them.
        fonts: In what they are printed.
    """
    classifier = load_classifier()
    parts = list(found.by_line())
    boxes = [[tuple(box) for box in found.boxes[own].tolist()] for own in parts]
    told = tell_print(classifier, found.forms, found.labels, boxes)
    lengths = np.concatenate([np.full(own.stop - own.start, own.stop - own.start) for own in parts])
    mixed = np.concatenate([np.full(own.stop - own.start, len(set(found.printed[own].tolist())) > 1) for own in parts])
    print(f"{'digits in the line':20} {'n print':>8} {'told':>7} {'n hand':>8} {'false':>7}")
    for name, chosen in {
        "1": lengths == 1, "2 and 3": (lengths > 1) & (lengths < 4), "4 to 7": (lengths > 3) & (lengths < 8),
        "8 and more": lengths > 7, "2 and more, all": lengths > 1, "beside the other": mixed,
    }.items():  # fmt: skip
        _row(name, told[chosen & found.printed], told[chosen & ~found.printed])
    several = [own for own in parts if own.stop - own.start > 1]
    printed = [told[own].all() for own in several if found.printed[own].all()]
    written = [told[own].any() for own in several if not found.printed[own].any()]
    print(f"printed lines told whole: {np.mean(printed):.1%} of {len(printed)}")
    print(f"handwritten lines with a digit told: {np.mean(written):.1%} of {len(written)}")
    forms, labels = glyphs(fonts, 4, np.random.default_rng(9))
    alone = partial(_alone, classifier)
    _row("single glyphs", alone(forms, labels), alone(people.images, people.labels))


def _alone(classifier: PrintClassifier, forms: Images, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    return classifier.is_printed_alone(classifier.logits(forms, labels))


def _row(name: str, printed: NDArray[np.bool_], written: NDArray[np.bool_]) -> None:
    shares = [f"{len(one):8} {one.mean() if len(one) else 0:7.2%}" for one in (printed, written)]
    print(f"{name:20} {' '.join(shares)}")


def main() -> None:
    """Fit, write and measure; or only measure."""
    options = _options()
    parts = ["measure"] if options.measure else list(PICTURES)
    with ProcessPoolExecutor() as pool:
        tasks = {
            part: [
                pool.submit(_found, part, options.data_dir, options.fonts, numbers)
                for numbers in _pieces(round(options.share * PICTURES[part]))
            ]
            for part in parts
        }
        found = {part: join_digits([task.result() for task in own]) for part, own in tasks.items()}
    if not options.measure:
        people = people_of("fit", options.data_dir)
        chosen = np.random.default_rng(0).permutation(len(people.images))[:20_000]
        printed, labels = glyphs(fonts_of("fit", options.fonts), 16, np.random.default_rng(1))
        network = fit_network(
            np.concatenate([found["fit"].forms, people.images[chosen], printed]),
            np.concatenate([found["fit"].labels, people.labels[chosen], labels]),
            np.concatenate([found["fit"].printed, np.zeros(len(chosen), bool), np.ones(len(printed), bool)]),
        )
        save(weigh(network, found["weigh"]), options.out)
    measure(found["measure"], people_of("measure", options.data_dir), fonts_of("measure", options.fonts))


def save(weights: Mapping[str, NDArray[np.float32]], out: Path) -> None:
    """Write weights in 16 bits.

    Args:
        weights: As `PrintClassifier` has them.
        out: The file.
    """
    np.savez_compressed(out, **{name: np.float16(value) for name, value in weights.items()})  # type: ignore[arg-type]


def _pieces(count: int) -> list[range]:
    return [range(first, min(first + 250, count)) for first in range(0, count, 250)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="folder with MNIST, the hands and who wrote each digit")
    parser.add_argument("--fonts", type=Path, help="folder with further fonts")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of pictures")
    parser.add_argument("--measure", action="store_true", help="fit nothing")
    parser.add_argument("--out", type=Path, default=PATH)
    return parser.parse_args()


if __name__ == "__main__":
    main()
