"""Learns to tell print from handwriting and writes `print.onnx` and `decision.json` of `src/inkdigits/read/printed/`.

    apt-get install fonts-liberation fonts-lato fonts-crosextra-carlito …
    python benchmarks/printed.py --data-dir ../shared/mnist --fonts /usr/share/fonts

It composes lines of print and of handwriting, reads them, and learns from the digits that are found: a small network
from most writers and fonts, the weights of a line and the limits from others, and it measures on writers and fonts that
neither has seen. Without `--fonts` it has those of Matplotlib, Pillow and OpenCV alone. Takes about six minutes of one
core; `--measure` only measures, and `--share 0.2` is enough to see whether it works.
"""

import argparse
import datetime
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from printed_glyphs import Font, crop_glyphs, print_glyphs, write_glyphs
from printed_network import fit_network
from printed_people import PARTS, People, fonts_of, people_of
from printed_samples import (
    Composed,
    FoundDigits,
    compose_hand,
    compose_mixed,
    compose_print,
    find_digits,
    join_digits,
)
from sklearn.linear_model import LogisticRegression

from inkdigits.core.formatting import percent
from inkdigits.core.types import Images
from inkdigits.read.printed.classifier import DECISION, NETWORK, Decision, PrintClassifier, load_classifier
from inkdigits.read.printed.evidence import FEATURES, line_features, unit_shapes
from inkdigits.read.printed.mark import tell_print
from inkdigits.read.reader import Reader

PICTURES = {"fit": 1600, "weigh": 1000, "measure": 1000}
"""Pictures of each part."""

LINES = 9_000
"""Lines of print, and as many of handwriting, out of which digits are cut without a reader."""

MAX_FALSE, MAX_FALSE_ALONE = 0.003, 0.002
"""The share of handwritten digits that may be called print where the limits are chosen: in lines, and alone."""


class CutDigits(NamedTuple):
    """Digits that nobody had to find.

    Attributes:
        forms: (N, 28, 28), uint8, normalized.
        labels: (N,), int64.
        printed: (N,), bool.
    """

    forms: Images
    labels: NDArray[np.int64]
    printed: NDArray[np.bool_]


def compose(part: str, data_dir: Path | None, fonts: Sequence[Font], numbers: range) -> Iterator[Composed]:
    """Yield pictures: half of them handwriting, a third print, the others both side by side.

    Args:
        part: One of `PARTS`.
        data_dir: Where the data sets are.
        fonts: What is printed in.
        numbers: Which pictures.
    """
    writer = people_of(part, data_dir).writer
    for number in numbers:
        generator = np.random.default_rng((PARTS.index(part), number))
        font, kind = fonts[int(generator.integers(len(fonts)))], generator.random()
        if kind < 0.5:
            yield compose_hand(writer, generator)
        elif kind < 0.85:
            yield compose_print(font, generator)
        else:
            yield compose_mixed(writer, font, generator)


def _found(part: str, data_dir: Path | None, folder: Path | None, numbers: range) -> FoundDigits:
    return find_digits(Reader(), compose(part, data_dir, fonts_of(part, folder), numbers))


def fit(found: FoundDigits, people: People, fonts: Sequence[Font], lines: int) -> bytes:
    """Return a network that learned from digits that were found, cut out of lines, and as they are in MNIST.

    Args:
        found: What the reader found.
        people: Who writes.
        fonts: What is printed in.
        lines: How many lines of each kind to cut digits out of.
    """
    generator = np.random.default_rng(3)
    cut = cut_digits(people, fonts, lines, generator)
    bare = generator.permutation(len(people.images))[: len(cut.forms) // 5]
    return fit_network(
        np.concatenate([found.forms, cut.forms, people.images[bare]]),
        np.concatenate([found.labels, cut.labels, people.labels[bare]]),
        np.concatenate([found.printed, cut.printed, np.zeros(len(bare), bool)]),
    )


def cut_digits(people: People, fonts: Sequence[Font], lines: int, generator: np.random.Generator) -> CutDigits:
    """Cut digits out of lines that nobody has to find.

    Args:
        people: Who writes.
        fonts: What is printed in.
        lines: How many lines of each kind.
        generator: Draws everything.
    """
    forms, labels, printed = [], [], []
    for number in range(2 * lines):
        count, is_print = int(generator.integers(1, 6)), number % 2 == 0
        if is_print:
            inks, own = print_glyphs(fonts[int(generator.integers(len(fonts)))], count, generator)
        else:  # neighbours among the digits are of one person, mostly
            first = int(generator.integers(len(people.images) - count))
            chosen = slice(first, first + count)
            inks, own = write_glyphs(people.images[chosen], people.labels[chosen], generator)
        forms.append(crop_glyphs(inks, generator))
        labels += own
        printed += [is_print] * count
    return CutDigits(np.concatenate(forms), np.array(labels, np.int64), np.array(printed, bool))


def weigh(network: bytes, found: FoundDigits, people: People) -> Decision:
    """Return the weights of a line, and the limits that so few handwritten digits pass.

    Args:
        network: Tells print by single digits, an ONNX file.
        found: Lines of people and in fonts that it has not learned from.
        people: Who wrote them.
    """
    classifier = PrintClassifier(network, Decision((0.0,) * len(FEATURES), 0.0, 0.0))
    logits, shapes = classifier.logits(found.forms, found.labels), unit_shapes(found.forms)
    labels, boxes = found.labels.tolist(), found.boxes.astype(np.float32)
    lines = [own for own in found.by_line() if own.stop - own.start > 1]
    features = [line_features(logits[own], shapes[own], labels[own], boxes[own]) for own in lines]
    values, truth = np.concatenate(features), np.concatenate([found.printed[own] for own in lines])
    spread = np.maximum(values.std(axis=0), 1e-6)
    fitted = LogisticRegression(max_iter=2000).fit(values / spread, truth)
    weights = np.round(fitted.coef_[0] / spread, 4)
    bare = classifier.logits(people.images, people.labels)
    alone = max(_limit(own, MAX_FALSE_ALONE) for own in (logits[~found.printed], bare))
    return Decision(tuple(weights.tolist()), _limit((values @ weights)[~truth], MAX_FALSE), alone)


def _limit(of_handwriting: NDArray[np.floating], share: float) -> float:
    return round(float(np.quantile(of_handwriting, 1 - share)), 4)


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
    print(f"printed lines told whole: {percent(float(np.mean(printed)), 1)} of {len(printed)}")
    print(f"handwritten lines with a digit told: {percent(float(np.mean(written)), 1)} of {len(written)}")
    cut = cut_digits(people, fonts, 1500, np.random.default_rng(9))
    alone = classifier.is_printed_alone(classifier.logits(cut.forms, cut.labels))
    _row("each by itself", alone[cut.printed], alone[~cut.printed])
    bare = classifier.is_printed_alone(classifier.logits(people.images, people.labels))
    _row("  as in MNIST", alone[:0], bare)


def _row(name: str, printed: NDArray[np.bool_], written: NDArray[np.bool_]) -> None:
    shares = [f"{len(one):8} {percent(float(one.mean()) if len(one) else 0.0):>8}" for one in (printed, written)]
    print(f"{name:20} {' '.join(shares)}")


def main() -> None:
    """Fit, write and measure; or only measure."""
    options = _options()
    parts = ["measure"] if options.measure else list(PARTS)
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
        people, fonts = people_of("fit", options.data_dir), fonts_of("fit", options.fonts)
        network = fit(found["fit"], people, fonts, round(options.share * LINES))
        save(network, weigh(network, found["weigh"], people_of("weigh", options.data_dir)), options.out)
    measure(found["measure"], people_of("measure", options.data_dir), fonts_of("measure", options.fonts))


def save(network: bytes, decision: Decision, out: Path) -> None:
    """Write what `load_classifier` reads.

    Args:
        network: An ONNX file.
        decision: What was weighed with it.
        out: The folder.
    """
    content = asdict(decision) | {
        "line": dict(zip(FEATURES, decision.line, strict=True)),
        "fitted": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "samples": "lines composed of writers and fonts that the network has not learned from",
    }
    (out / NETWORK.name).write_bytes(network)
    (out / DECISION.name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _pieces(count: int) -> list[range]:
    return [range(first, min(first + 250, count)) for first in range(0, count, 250)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="folder with MNIST, the hands and who wrote each digit")
    parser.add_argument("--fonts", type=Path, help="folder with further fonts")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of pictures")
    parser.add_argument("--measure", action="store_true", help="fit nothing")
    parser.add_argument("--out", type=Path, default=NETWORK.parent)
    return parser.parse_args()


if __name__ == "__main__":
    main()
