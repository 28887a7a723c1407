"""Accuracy of the reader on real handwriting (if available), composed lines and sheets, and pictures without digits.

    python benchmarks/reading.py --photos ../shared/photos --data-dir ../shared/mnist

Writes reading-DATE.md and .json to benchmarks/records/. Writes build/misread.html with the misread pictures of real
handwriting, the reasons, and the risk-coverage curve. The cheques (orand_car_a_val) are left out unless --sets names
them: they were looked at too often to guide anything. No network has learned from any of the pictures: composed ones
are made of MNIST test digits.
"""

import argparse
import datetime
from collections.abc import Callable, Sequence, Set
from functools import partial
from pathlib import Path
from typing import Any

import handwriting
import tutorial
from gallery import Gallery
from handwriting import SINGLE, Sample
from measures import (
    Answer,
    calibration_error,
    edit_accuracy,
    exact_accuracy,
    line_figures,
    rejected_share,
    risk_coverage,
    risk_coverage_area,
)
from no_digits import no_digits
from recording import write_record
from scenes import KINDS, lost_lines, overlaps, scenes

from inkdigits.core.formatting import percent
from inkdigits.core.progress import track
from inkdigits.data.dataset import Split
from inkdigits.data.load import load
from inkdigits.read.drawing import draw_reading
from inkdigits.read.reader import Reader
from inkdigits.read.single import classify
from inkdigits.runs.environment import processor_name
from inkdigits.version import __version__

ReadAnswer = tuple[str, float, tuple[tuple[str, float, bool], ...]]
"""A text, its confidence, and the lines of an `Answer`."""

Table = list[list[str]]
"""Rows of cells; the first holds the headings."""

_CONFIDENCE_HEADINGS = ["area", "surest half wrong %", "lines", "area, lines", "calibration error, lines"]
_CONFIDENCE_HEADINGS += ["right lines refused", "wrong lines read"]

_LINE_FIGURES = (("area", 4), ("calibration_error", 3), ("refused_though_right", 0), ("read_though_wrong", 0))
"""The figures of lines in those columns, with their decimal places."""


def main() -> None:
    """Measure, and write the record."""
    options = _options()
    split = load("mnist", data_dir=options.data_dir).test
    reader = Reader()
    results: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "inkdigits": __version__,
        "processor": processor_name(),
        "mnist_test": _mnist(reader, split),
    }
    parts = [f"# Reading, {results['date']}", f"inkdigits {__version__}, {results['processor']}."]
    parts.append(f"MNIST test: {percent(results['mnist_test']['accuracy'])} ({results['mnist_test']['errors']} wrong).")
    if options.photos.is_dir():
        run = None if options.no_tutorial else tutorial.tutorial_run(options.tutorial, options.data_dir, epochs=4)
        gallery = Gallery()
        every = handwriting.real_sets(options.photos)
        chosen = handwriting.choose_sets(every, options.sets)
        table, results["real"] = _real(reader, chosen, run, gallery)
        gallery.write(options.misread)
        parts += ["## Real handwriting", _markdown(table), *_left_out(every.keys() - chosen.keys())]
    composed: list[Answer] = []
    table, results["lines"] = _lines(reader, split, options.count, composed)
    parts += [f"## Composed lines: exact strings of {options.count}, by height (pixels) and digits", _markdown(table)]
    table, results["sheets"] = _sheets(reader, split, options.count, composed)
    parts += [f"## Composed sheets, {options.count} of each", _markdown(table)]
    table, results["scenes"] = _scenes(reader, split, 10 * options.count)
    parts += ["## Pages with what lies around them: lines read, and lines neither read nor refused", _markdown(table)]
    results["composed"] = line_figures(composed, whole=True)
    table = [["lines", *_CONFIDENCE_HEADINGS[3:]], _line_cells(results["composed"])]
    parts += ["## Confidence of all these composed lines", _markdown(table)]
    table, results["no_digits"] = _no_digits(reader, 20 * options.count)
    parts += ["## Pictures without digits", _markdown(table)]
    text = "\n\n".join(parts) + "\n"
    write_record(results, text, options.out, f"reading-{results['date']}")


def _options() -> argparse.Namespace:
    tree = Path(__file__).parents[1]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=tree.parent / "shared" / "photos", help="real handwriting")
    parser.add_argument(
        "--sets",
        nargs="+",
        metavar="SET",
        help=f"sets of real handwriting to measure, or all; by default all but {', '.join(handwriting.UNSEEN)}",
    )
    parser.add_argument("--data-dir", type=Path, default=None, help="where MNIST lies")
    parser.add_argument("--count", type=int, default=20, help="composed pictures of each kind")
    parser.add_argument("--tutorial", type=Path, default=tree / "runs" / "bench-cnn", help="run of the plain CNN")
    parser.add_argument("--no-tutorial", action="store_true", help="leave the plain CNN out")
    parser.add_argument("--out", type=Path, default=tree / "benchmarks" / "records", help="folder for the record")
    parser.add_argument(
        "--misread", type=Path, default=tree / "build" / "misread.html", help="page of misread pictures"
    )
    return parser.parse_args()


def _mnist(reader: Reader, split: Split) -> dict[str, Any]:
    errors = int((classify(reader.digit_network, split.images).argmax(axis=1) != split.labels).sum())
    return {"errors": errors, "accuracy": 1 - errors / len(split)}


def _left_out(names: Set[str]) -> list[str]:
    """Say which of the sets that were not measured are left out by default, and why."""
    return [
        f"Left out: {name}, looked at too often to guide anything; `--sets {name}` measures it."
        for name in handwriting.UNSEEN
        if name in names
    ]


def _real(reader: Reader, sets: dict[str, list[Sample]], run: Any, gallery: Gallery) -> tuple[Table, dict[str, Any]]:
    table = [["set", "n", "exact %", "edit %", "refused %", "tutorial exact %", *_CONFIDENCE_HEADINGS]]
    results = {}
    for name, samples in sets.items():
        single = name in SINGLE
        answers = _answers(samples, partial(_read, reader, single=single))
        plain = None
        if run:
            plain = exact_accuracy(_answers(samples, partial(_read_plainly, run, single=single)))
        for sample, answer in zip(samples, answers, strict=True):
            gallery.add(name, answer)
            if not answer.right:
                reading = reader.read(sample.source, single=single)
                gallery.show(name, answer, reading, draw_reading(tutorial.load(sample.source), reading))
        results[name] = _metrics(answers, whole=single) | {"tutorial": plain}
        plain_cell = "–" if plain is None else f"{100 * plain:.1f}"
        table.append([*_row(name, answers), plain_cell, *_confidence_cells(results[name])])
    return table, results


def _lines(reader: Reader, split: Split, count: int, composed: list[Answer]) -> tuple[Table, dict[str, Any]]:
    table = [["height \\ digits", *(str(length) for length in handwriting.LENGTHS)]]
    results: dict[str, Any] = {}
    rows: dict[int, list[str]] = {}
    total = len(handwriting.HEIGHTS) * len(handwriting.LENGTHS) * count
    with track("Composed lines", total, unit="pictures") as advance:
        for height, length, samples in handwriting.composed_lines(split, count):
            answers = [_answer(sample, _read(reader, sample.source)) for sample in samples]
            advance(len(samples))
            rows.setdefault(height, []).append(percent(exact_accuracy(answers), 0))
            results[f"{height} px, {length} digits"] = _metrics(answers)
            composed += answers
    return table + [[f"{height} px", *cells] for height, cells in rows.items()], results


def _sheets(reader: Reader, split: Split, count: int, composed: list[Answer]) -> tuple[Table, dict[str, Any]]:
    table = [["sheet", "height", "sheets exact %", "lines exact %", "digits (edit) %"]]
    results = {}
    for kind, height, samples in handwriting.composed_sheets(split, count):
        answers = _answers(samples, lambda source: _read(reader, source))
        composed += answers
        figures = _metrics(answers) | {"lines": _lines_right(answers)}
        results[f"{kind}, {height} px"] = figures
        cells = (figures["exact"], figures["lines"], figures["edit"])
        table.append([kind, f"{height} px", *(f"{100 * value:.1f}" for value in cells)])
    return table, results


def _lines_right(answers: Sequence[Answer]) -> float:
    right = total = 0
    for answer in answers:
        expected, read = answer.transcript.split("\n"), answer.read.split("\n")
        total += len(expected)
        if len(expected) == len(read):
            right += sum(one == other for one, other in zip(expected, read, strict=True))
    return right / total


def _scenes(reader: Reader, split: Split, count: int) -> tuple[Table, dict[str, Any]]:
    table = [["scene", "pages", "lines", "read right %", "lost", "refused where no line is"]]
    results: dict[str, Any] = {kind: dict.fromkeys(("pages", "lines", "right", "lost", "stray"), 0) for kind in KINDS}
    for scene in scenes(split, count):
        reading = reader.read(scene.picture)
        texts = [line.text for line in reading.lines]
        figures = results[scene.kind]
        figures["pages"] += 1
        figures["lines"] += len(scene.lines)
        figures["right"] += sum(line in texts for line in scene.lines)
        figures["lost"] += len(lost_lines(reading, scene.boxes))
        figures["stray"] += sum(
            not any(overlaps(line, refused.box) for line in scene.boxes.tolist()) for refused in reading.refused
        )
    for kind, figures in results.items():
        share = f"{100 * figures['right'] / max(1, figures['lines']):.1f}"
        pages, lines, lost, stray = (str(figures[name]) for name in ("pages", "lines", "lost", "stray"))
        table.append([kind, pages, lines, share, lost, stray])
    return table, results


def _no_digits(reader: Reader, count: int) -> tuple[Table, dict[str, Any]]:
    table = [["mode", "n", "rightly nothing %"]]
    results = {}
    samples = no_digits(count)
    for mode, single in (("lines", False), ("--single", True)):
        answers = _answers(samples, partial(_read, reader, single=single))
        results[mode] = exact_accuracy(answers)
        table.append([mode, str(count), f"{100 * results[mode]:.1f}"])
    return table, results


def _answers(samples: Sequence[Sample], read: Callable[[Any], ReadAnswer]) -> list[Answer]:
    return [_answer(sample, read(sample.source)) for sample in samples]


def _answer(sample: Sample, answer: ReadAnswer) -> Answer:
    read, confidence, lines = answer
    # A number that runs over two lines of a photo is still one number.
    text = read if "\n" in sample.transcript else read.replace("\n", "")
    return Answer(sample.name, sample.transcript, text, confidence, lines)


def _read_plainly(run: Any, source: Any, *, single: bool) -> ReadAnswer:
    read = tutorial.read_single if single else tutorial.read_string
    return read(run, tutorial.load(source)), 0.0, ()


def _read(reader: Reader, source: Any, *, single: bool = False) -> ReadAnswer:
    reading = reader.read(source, single=single)
    lines = [(line.text, line.confidence, True) for line in reading.lines]
    lines += [(line.text, line.confidence, False) for line in reading.refused if line.text]
    return reading.text, min((confidence for _, confidence, _ in lines), default=0.0), tuple(lines)


def _metrics(answers: Sequence[Answer], *, whole: bool = True) -> dict[str, Any]:
    confidences, right = [answer.confidence for answer in answers], [answer.right for answer in answers]
    return {
        "n": len(answers),
        "exact": exact_accuracy(answers),
        "edit": edit_accuracy(answers),
        "refused": rejected_share(answers),
        "calibration_error": calibration_error(confidences, right),
        "area": risk_coverage_area(confidences, right),
        "lines_found": line_figures(answers, whole=whole),
        "risk_at_coverage": risk_coverage(answers),
        "wrong": [
            [answer.name, answer.transcript, answer.read, round(answer.confidence, 3)]
            for answer in answers
            if not answer.right
        ][:100],
    }


def _row(name: str, answers: Sequence[Answer]) -> list[str]:
    shares = (exact_accuracy(answers), edit_accuracy(answers), rejected_share(answers))
    return [name, str(len(answers)), *(f"{100 * share:.1f}" for share in shares)]


def _confidence_cells(figures: dict[str, Any]) -> list[str]:
    surest_half = f"{100 * figures['risk_at_coverage']['50%']:.1f}"
    return [f"{figures['area']:.4f}", surest_half, *_line_cells(figures["lines_found"])]


def _line_cells(figures: dict[str, Any]) -> list[str]:
    cells = ["–" if figures[name] is None else f"{figures[name]:.{places}f}" for name, places in _LINE_FIGURES]
    return [str(figures["n"]), *cells]


def _markdown(table: Table) -> str:
    head, *rows = table
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


if __name__ == "__main__":
    main()
