"""How well digit networks read the digits of people from several countries: MNIST's form, one digit a picture.

    python benchmarks/hands.py --hands ../shared/hands
    python benchmarks/hands.py --hands ../shared/hands --model "without Turkey=turkey.onnx" --model all=digits.onnx

Writes hands-DATE.md and .json to benchmarks/records/. Without --model the shipped network is measured. Nothing is
refused and nothing is read twice: the likeliest class is the answer. Held back, so that no network learns from them,
are writers 0013 to 0015 of swiss-numbers, those of UCI's test part of pendigits, all of uji-penchars and of Semeion.
The columns "all" hold digits that networks learn from: they are for networks that learned without that country.
"""

import argparse
import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from recording import write_record

from inkdigits.core.types import Image
from inkdigits.data.dataset import Split
from inkdigits.data.hands.pendigits import TEST_WRITERS, load_pendigits_strokes
from inkdigits.data.hands.pictures import crops_as_split, strokes_as_split
from inkdigits.data.hands.swiss import FIRST_WRITERS, HELD_BACK, load_swiss_crops
from inkdigits.data.hands.uji import load_uji_strokes
from inkdigits.data.load import load
from inkdigits.pictures.prepare import prepare_digit
from inkdigits.read.onnx_model import OnnxModel, load_onnx_model
from inkdigits.read.reader import Reader
from inkdigits.read.single import classify
from inkdigits.runs.environment import processor_name
from inkdigits.version import __version__

_MOST_CONFUSIONS = 3
"""So many of the commonest mistakes are listed for each set."""


@dataclass(frozen=True)
class Confusion:
    """How often one digit is read as another."""

    digit: str
    read: str
    count: int


def main() -> None:
    """Measure, and write the record."""
    options = _options()
    sets = load_sets(options.hands, options.data_dir)
    models: dict[str, Path | None] = {"shipped": None}
    if options.model:
        models = dict(_named(text) for text in options.model)
    results: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "inkdigits": __version__,
        "processor": processor_name(),
        "networks": {name: _measure_all(path, sets) for name, path in models.items()},
    }
    write_record(results, page(results), options.out, f"hands-{results['date']}")


def load_sets(hands: Path | None, data_dir: Path | None) -> dict[str, Split]:
    """Return the digits to measure on, by name of the set.

    Args:
        hands: The folder with the files of other countries; None for the usual places.
        data_dir: The folder with MNIST; None for the usual places.
    """
    swiss = load_swiss_crops(hands)
    pendigits = strokes_as_split(load_pendigits_strokes(hands))
    assert pendigits.writers is not None
    sets = {
        "MNIST test": load("mnist", data_dir=data_dir).test,
        "Swiss, held back": crops_as_split(swiss[np.isin(swiss.writers, HELD_BACK)]),
        "UJI": strokes_as_split(load_uji_strokes(hands)),
        "pendigits test": pendigits[np.isin(pendigits.writers, TEST_WRITERS)],
        "Swiss, all": crops_as_split(swiss[swiss.writers < FIRST_WRITERS]),
        "pendigits, all": pendigits,
    }
    semeion = hands / "semeion.npz" if hands else None
    return sets | ({"Semeion": load_semeion(semeion)} if semeion and semeion.is_file() else {})


def load_semeion(path: Path) -> Split:
    """Return Semeion's digits of 16x16 in two levels in MNIST's form.

    They stay stretched to a square. How they are enlarged matters: the network of 0.1.0 reads 91.7 to 95.4 % of them.

    Args:
        path: An .npz file with `images` (N, 16, 16), bool, True for ink, and `labels`.
    """
    with np.load(path) as content:
        images = [_prepare(image) for image in content["images"]]
        labels = content["labels"].astype(np.int64)
    has_ink = np.array([image is not None for image in images])
    return Split(np.stack([image for image in images if image is not None]), labels[has_ink])


def _prepare(image: NDArray[np.bool_]) -> Image | None:
    """Return a digit as it is prepared from a picture of it, four times as large, black on white with a margin."""
    paper = np.pad(np.where(image, 0, 255).astype(np.uint8), 2, constant_values=255)
    enlarged = cv2.resize(paper, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    return prepare_digit(np.asarray(cv2.cvtColor(enlarged, cv2.COLOR_GRAY2RGB), np.uint8))


def measure(network: OnnxModel, digits: Split) -> dict[str, Any]:
    """Return how well a network reads digits.

    Args:
        network: For single digits.
        digits: With labels from 0 to 9.

    Returns:
        `n`, `right` (a share), `errors`, `by_class` (the share right of each digit), and `confusions`: the commonest
        mistakes, each with the digit, what was read and how often.
    """
    names = np.array(network.metadata.classes)
    read = names[classify(network, digits.images).argmax(axis=1)]
    labels = digits.labels.astype(str)
    is_right = read == labels
    mistakes = Counter(zip(labels[~is_right].tolist(), read[~is_right].tolist(), strict=True))
    commonest = sorted((Confusion(*pair, count) for pair, count in mistakes.items()), key=_rank)
    return {
        "n": len(digits),
        "right": float(is_right.mean()),
        "errors": int((~is_right).sum()),
        "by_class": {label: float(is_right[labels == label].mean()) for label in np.unique(labels).tolist()},
        "confusions": [asdict(confusion) for confusion in commonest],
    }


def page(results: Mapping[str, Any]) -> str:
    """Return the results as Markdown: networks and sets in a table, then the worst digit of each set.

    Args:
        results: `date`, `inkdigits`, `processor`, and `networks`: what `measure` gives, by network and set.
    """
    networks: Mapping[str, Mapping[str, Any]] = results["networks"]
    names = list(next(iter(networks.values())))
    sizes = [f"{next(iter(networks.values()))[name]['n']:,}" for name in names]
    rows = [
        ["network", *names],
        ["n", *sizes],
        *([network, *(f"{100 * sets[name]['right']:.2f}" for name in names)] for network, sets in networks.items()),
    ]
    lines = [f"# Digits of several countries, {results['date']}", ""]
    lines += [f"% right. inkdigits {results['inkdigits']}, {results['processor']}.", ""]
    lines += _markdown(rows)
    for network, sets in networks.items():
        lines += ["", f"## Worst digits of: {network}", ""]
        lines += _markdown(
            [["set", "wrong", "worst digit", "% right", "commonest mistakes"], *map(_worst, sets.items())]
        )
    return "\n".join(lines) + "\n"


def _measure_all(path: Path | None, sets: Mapping[str, Split]) -> dict[str, Any]:
    network = Reader().digit_network if path is None else load_onnx_model(path)
    return {name: measure(network, digits) for name, digits in sets.items()}


def _worst(item: tuple[str, Mapping[str, Any]]) -> list[str]:
    name, figures = item
    digit, right = min(figures["by_class"].items(), key=lambda pair: pair[1])
    mistakes = [f"{one['digit']} as {one['read']}: {one['count']}" for one in figures["confusions"][:_MOST_CONFUSIONS]]
    return [name, f"{figures['errors']:,}", digit, f"{100 * right:.1f}", ", ".join(mistakes)]


def _rank(confusion: Confusion) -> tuple[int, str]:
    return -confusion.count, confusion.digit + confusion.read


def _markdown(rows: list[list[str]]) -> list[str]:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return [head, "|---" * len(rows[0]) + "|", *body]


def _named(text: str) -> tuple[str, Path]:
    name, _, path = text.rpartition("=")
    return name or Path(path).stem, Path(path)


def _options() -> argparse.Namespace:
    tree = Path(__file__).parents[1]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--model", action="append", default=[], metavar="[NAME=]FILE.onnx", help="a digit network; may be repeated"
    )
    beside = tree.parent / "shared" / "hands"
    default = beside if beside.is_dir() else None
    parser.add_argument("--hands", type=Path, default=default, help="digits of other countries, and semeion.npz")
    parser.add_argument("--data-dir", type=Path, default=None, help="where MNIST lies")
    parser.add_argument("--out", type=Path, default=tree / "benchmarks" / "records", help="folder for the record")
    return parser.parse_args()


if __name__ == "__main__":
    main()
