"""How much better lines of one writer are read after `inkdigits teach`, and what is forgotten.

    python benchmarks/adaptation.py --base FOLDER --hands ../shared/hands

Writes adaptation-DATE.md and .json to benchmarks/records/. FOLDER has networks that never saw a Swiss writer, such as
digits.onnx and lines-*.onnx of 0.1.0. Half of each writer's digits of `swiss-numbers` is for lines to teach, the other
half for lines to measure on. Each case is taught as a user would: pictures and a file of labels. What is done is kept
in --work, so that a run that was stopped goes on.
"""

import argparse
import csv
import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import PIL.Image
from recording import write_record

from inkdigits.core.cores import available_cores
from inkdigits.core.formatting import percent
from inkdigits.core.types import Picture
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.data.dataset import Dataset, Split
from inkdigits.data.hands.pictures import crops_as_split
from inkdigits.data.hands.swiss import load_swiss_crops
from inkdigits.data.load import load
from inkdigits.learn.adaptation.adapt import adapt
from inkdigits.learn.adaptation.lines.label_file import import_lines
from inkdigits.learn.adaptation.lines.scores import random_line
from inkdigits.learn.synthesis.sheet import compose_sheet
from inkdigits.read.reader import Reader
from inkdigits.runs.environment import processor_name
from inkdigits.user_data.folder import registry_dir
from inkdigits.version import __version__

WRITERS = (1, 4, 5, 6, 3)
"""Five of fifteen: those whose lines the networks of 0.1.0 read worst, since others need no adaptation."""

SIZES = (20, 50, 200)

SURE = 0.9
"""Lines that are read with this confidence should be right nine times in ten, before and after."""

Line = tuple[Picture, str]
"""A picture of a line, and its digits."""


def main() -> None:
    """Measure, and write the record."""
    options = _options()
    bases = sorted(options.base.glob("*.onnx"))
    options.work.mkdir(parents=True, exist_ok=True)
    known = load(options.known, data_dir=options.data_dir)
    others = compose(known.test, options.others, seed=31)
    before = score(Reader(bases), others)
    cases = []
    for size in options.lines:
        for writer in options.writers:
            kept = options.work / f"{writer}-{size}.json"
            if not kept.is_file():
                kept.write_text(json.dumps(measure(writer, size, bases, (known, others, before), options)))
            cases.append(json.loads(kept.read_text()))
            print(cases[-1], flush=True)
    results = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "inkdigits": __version__,
        "processor": processor_name(),
        "cores": available_cores(),
        "base": [file.name for file in bases],
        "cases": cases,
    }
    write_record(results, page(results), options.out, f"adaptation-{results['date']}")


def measure(
    writer: int,
    size: int,
    bases: Sequence[Path],
    known: tuple[Dataset, Sequence[Line], Mapping[str, int]],
    options: argparse.Namespace,
) -> dict[str, Any]:
    """Teach lines of a writer, and return how many are read wrong before and after.

    Args:
        writer: Which one, counted from 0.
        size: How many lines are taught.
        bases: The networks to start from.
        known: Digits of other people, lines composed of them, and how well the old networks read these.
        options: `hands`, `test`.
    """
    digits, others, before = known
    to_teach, to_test = halves(options.hands, writer)
    test = compose(to_test, options.test, seed=100 + writer)
    with TemporaryDirectory() as folder:
        user = Path(folder) / "user"
        import_lines(save(compose(to_teach, size, seed=1), Path(folder) / "given"), user)
        result = adapt(user, lambda share, message: None, bases=bases, replay=digits)
        candidate = ModelRegistry(registry_dir(user, bases)).candidate
        assert candidate is not None
        old, new = Reader(bases), Reader(candidate.files)
        return {
            "writer": writer,
            "lines": size,
            "test": {"lines": len(test), "old": score(old, test), "new": score(new, test)},
            "others": {"lines": len(others), "old": before, "new": score(new, others)},
            "result": result,
        }


def halves(hands: Path | None, writer: int) -> tuple[Split, Split]:
    """Return the digits of a writer in two halves, drawn by chance and always the same.

    Args:
        hands: The folder with the data set; None for the usual places.
        writer: Which one, counted from 0.
    """
    crops = load_swiss_crops(hands)
    digits = crops_as_split(crops[crops.writers == writer])
    order = np.random.default_rng((0, writer)).permutation(len(digits))
    first, second = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
    return digits[first], digits[second]


def compose(digits: Split, count: int, *, seed: int) -> list[Line]:
    """Return lines composed of digits.

    Args:
        digits: The digits.
        count: How many lines.
        seed: Decides everything.
    """
    lines = []
    for number in range(count):
        generator = np.random.default_rng((seed, number))
        lines.append(compose_sheet(random_line(generator), digits.images, digits.labels, generator))
    return lines


def save(lines: Sequence[Line], folder: Path) -> Path:
    """Save lines as pictures with their labels in a CSV file, and return its path.

    Args:
        lines: Pictures and texts.
        folder: Made.
    """
    folder.mkdir()
    with (folder / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "text"])
        for number, (picture, text) in enumerate(lines):
            PIL.Image.fromarray(picture).save(folder / f"{number}.png")
            rows.writerow([f"{number}.png", text])
    return folder / "labels.csv"


def score(reader: Reader, lines: Sequence[Line]) -> dict[str, int]:
    """Return how many lines are read wrong if nothing is refused, how many are sure, and how many of these are right.

    Args:
        reader: Reads them.
        lines: Pictures and texts.
    """
    readings = [reader.read(picture, min_confidence=0.0) for picture, _ in lines]
    right = [reading.text == text for reading, (_, text) in zip(readings, lines, strict=True)]
    sure = [bool(reading.lines) and min(line.confidence for line in reading.lines) >= SURE for reading in readings]
    return {
        "wrong": right.count(False),
        "sure": sum(sure),
        "sure_right": sum(is_right for is_right, is_sure in zip(right, sure, strict=True) if is_sure),
    }


def page(results: Mapping[str, Any]) -> str:
    """Return the results as Markdown.

    Args:
        results: `date`, `inkdigits`, `processor`, `cores`, `base` and `cases`.
    """
    cases: Sequence[Mapping[str, Any]] = results["cases"]
    lines = [f"# Adaptation to a writer, {results['date']}", ""]
    lines += [
        f"Lines composed of digits of Swiss writers, wrong of those measured. inkdigits {results['inkdigits']}, "
        f"{results['processor']}, {results['cores']} cores; networks: {', '.join(results['base'])}.",
        "",
        "| lines taught | writers | wrong before | wrong after | mean fall | worst writer | known digits, points | "
        "lines of others, points | seconds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for size in dict.fromkeys(case["lines"] for case in cases):
        lines.append(_summary(size, [case for case in cases if case["lines"] == size]))
    lines += ["", "| writer | lines taught | n | before | after | of 0.9 confidence, right | strength: digits, lines |"]
    lines += ["|---|---|---|---|---|---|---|", *map(_row, cases)]
    return "\n".join(lines) + "\n"


def fall(case: Mapping[str, Any]) -> float:
    """Return the share of a writer's line errors that is gone; below 0 there are more.

    Args:
        case: With `test`.
    """
    old, new = case["test"]["old"]["wrong"], case["test"]["new"]["wrong"]
    return 1 - new / old if old else float(-new)


def _summary(size: int, cases: Sequence[Mapping[str, Any]]) -> str:
    falls = [fall(case) for case in cases]
    known = [100 * (case["result"]["mnist"]["new"] - case["result"]["mnist"]["old"]) for case in cases]
    others = [
        100 * (case["others"]["old"]["wrong"] - case["others"]["new"]["wrong"]) / case["others"]["lines"]
        for case in cases
    ]
    seconds = [case["result"]["seconds"] for case in cases]
    wrong = [sum(case["test"][which]["wrong"] for case in cases) for which in ("old", "new")]
    tested = sum(case["test"]["lines"] for case in cases)
    return (
        f"| {size} | {len(cases)} | {wrong[0]} of {tested} | {wrong[1]} | "
        f"{percent(float(np.mean(falls)), 0)} | {percent(min(falls), 0)} | "
        f"{np.mean(known):+.2f} (worst {min(known):+.2f}) | {np.mean(others):+.2f} (worst {min(others):+.2f}) | "
        f"{min(seconds):.0f} to {max(seconds):.0f} |"
    )


def _row(case: Mapping[str, Any]) -> str:
    old, new, strength = case["test"]["old"], case["test"]["new"], case["result"]["strength"]
    return (
        f"| {case['writer']} | {case['lines']} | {case['test']['lines']} | {old['wrong']} | {new['wrong']} | "
        f"{old['sure_right']} of {old['sure']} before, {new['sure_right']} of {new['sure']} after | "
        f"{strength['digits']}, {strength['lines']} |"
    )


def _options() -> argparse.Namespace:
    tree = Path(__file__).parents[1]
    beside = tree.parent / "shared" / "hands"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder with the networks to start from")
    parser.add_argument("--writers", type=int, nargs="+", default=WRITERS, help="of swiss-numbers, counted from 0")
    parser.add_argument("--lines", type=int, nargs="+", default=SIZES, help="how many lines are taught")
    parser.add_argument("--test", type=int, default=60, help="lines of each writer to measure on")
    parser.add_argument("--others", type=int, default=200, help="lines of other people")
    parser.add_argument("--hands", type=Path, default=beside if beside.is_dir() else None, help="with swiss-numbers")
    parser.add_argument("--known", default="mnist", help="digits of other people, which must not be forgotten")
    parser.add_argument("--data-dir", type=Path, default=None, help="where these lie")
    parser.add_argument("--work", type=Path, default=tree / "build" / "adaptation", help="what is done is kept here")
    parser.add_argument("--out", type=Path, default=tree / "benchmarks" / "records", help="folder for the record")
    return parser.parse_args()


if __name__ == "__main__":
    main()
