"""Accuracy and cost of reading forms: combs, boxes, tables, grids, sheets; scanned, photographed, real and hostile.

    python benchmarks/forms.py --photos ../shared/photos --data-dir ../shared/mnist

Writes forms-DATE.md and .json to benchmarks/records/. The forms are composed of MNIST test digits in styles held
back; with --develop of training digits in training styles: look at the misread ones of those, and leave the others
alone. Each misread thing is in the .json with kind, number and place; `form_sets.composed_form` makes it again.
"""

import argparse
import datetime
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import form_scores
import numpy as np
from form_cost import cost
from form_scores import Verdict, judge
from form_sets import composed_form, composed_forms, composer, form_count, real_forms
from hostile_pages import HOSTILE_PAGES
from recording import write_record

from inkdigits.core.progress import track
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import load
from inkdigits.learn.synthesis.forms.compose import FormComposer
from inkdigits.read.reader import Reader
from inkdigits.runs.environment import processor_name
from inkdigits.version import __version__

AIMS = {
    form_scores.ONE_DIGIT: 0.985,
    form_scores.COMB: 0.9,
    form_scores.TABLE_CELL: 0.96,
    form_scores.EMPTY: 0.995,
}
"""Least share that must be right in scanned forms."""

PHOTO_LOSS = 0.04
"""So much less may be right in photographed forms."""

MOST_S, MOST_MIB = 10.0, 1e9 / 2**20
"""Of a hostile page."""

TABLE_MOST_S, TABLE_MOST_MIB = 2.0, 400e6 / 2**20
"""Of a photo of a full table with 12 megapixels."""

PARTS = ("composed", "real", "hostile", "cost")


def main() -> None:
    """Measure, and write the record."""
    options = _options()
    dataset = load("mnist", data_dir=options.data_dir)
    forms = composer(dataset, held_back=not options.develop)
    results: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "inkdigits": __version__,
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "styles": "training" if options.develop else "held back",
    }
    page = [f"# Reading forms, {results['date']}"]
    page.append(
        f"inkdigits {__version__}, {results['processor']}, {results['cores']} cores, {results['styles']} styles."
    )
    if "composed" in options.parts:
        page += ["## Composed forms", _composed(forms, options.count, results)]
    if "real" in options.parts and options.photos.is_dir():
        page += ["## Real forms", _real(options.photos, results)]
    if "hostile" in options.parts:
        page += ["## Hostile pages: at most 10 s and 1 GB", _hostile(results)]
    if "cost" in options.parts:
        page += ["## A full table, 12 megapixels: at most 2 s and 400 MB", _table_cost(dataset, results)]
    name = "forms-develop" if options.develop else "forms"
    write_record(results, "\n\n".join(page) + "\n", options.out, f"{name}-{results['date']}")


def _options() -> argparse.Namespace:
    tree = Path(__file__).parents[1]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=tree.parent / "shared" / "photos", help="real handwriting")
    parser.add_argument("--data-dir", type=Path, default=None, help="where MNIST lies")
    parser.add_argument("--count", type=int, default=25, help="composed sheets; there are more of smaller forms")
    parser.add_argument("--develop", action="store_true", help="training digits in training styles")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    parser.add_argument("--out", type=Path, default=tree / "benchmarks" / "records", help="folder for the record")
    return parser.parse_args()


def _composed(forms: FormComposer, count: int, results: dict[str, Any]) -> str:
    reader = Reader()
    verdicts: dict[str, list[Verdict]] = {}
    wrong: list[dict[str, Any]] = []
    results["composed"] = {}
    for photographed in (False, True):
        camera = "photographed" if photographed else "scanned"
        verdicts[camera] = []
        with track(f"Forms, {camera}", form_count(count), unit="forms") as advance:
            for kind, number, form in composed_forms(forms, count, photographed=photographed):
                found = judge(form, reader.read(form.picture).to_dict())
                verdicts[camera] += found
                wrong += [
                    {"camera": camera, "kind": kind, "number": number, "turns": form.turns} | vars(verdict)
                    for verdict in found
                    if not verdict.right
                ]
                advance(1)
        results["composed"][camera] = {
            measure: {"n": len(right), "right": float(np.mean(right))}
            for measure, right in _by_measure(verdicts[camera]).items()
        }
    results["wrong"] = wrong
    return _composed_table(results["composed"])


def _by_measure(verdicts: Sequence[Verdict]) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.measure, []).append(verdict.right)
    return found


def _composed_table(figures: dict[str, dict[str, dict[str, float]]]) -> str:
    rows = [["what", "n scanned", "right %", "aim", "n photographed", "right %", "aim"]]
    for measure in sorted(figures["scanned"] | figures["photographed"], key=lambda name: (name not in AIMS, name)):
        row = [measure]
        for camera, loss in (("scanned", 0.0), ("photographed", PHOTO_LOSS)):
            figure = figures[camera].get(measure)
            aim = f"{100 * (AIMS[measure] - loss):.1f}" if measure in AIMS else "–"
            row += ["0", "–", aim] if figure is None else [str(figure["n"]), f"{100 * figure['right']:.1f}", aim]
        rows.append(row)
    return _markdown(rows)


def _real(photos: Path, results: dict[str, Any]) -> str:
    reader = Reader()
    rows = [["set", "what", "right", "of", "aim"]]
    results["real"] = {}
    for name, real, samples in real_forms(photos):
        right = sum(real.count(sample.transcript, reader.read(sample.source).to_dict()) for sample in samples)
        results["real"][name] = {"right": right, "n": real.total, "aim": real.aim}
        rows.append([name, real.what, str(right), str(real.total), str(real.aim)])
    return _markdown(rows)


def _hostile(results: dict[str, Any]) -> str:
    rows = [["page", "megapixels", "s", "processor s", "MiB", "answer", "held"]]
    results["hostile"] = {}
    with track("Hostile pages", len(HOSTILE_PAGES), unit="pages") as advance:
        for name, make in HOSTILE_PAGES.items():
            picture = make(np.random.default_rng(0))
            taken = cost(picture)
            held = taken.seconds <= MOST_S and 0 < taken.peak_mib <= MOST_MIB
            results["hostile"][name] = vars(taken) | {"held": held}
            megapixels = picture.shape[0] * picture.shape[1] / 1e6
            rows.append([name, f"{megapixels:.0f}", *_cost_cells(taken), taken.answer, "yes" if held else "no"])
            advance(1)
    return _markdown(rows)


def _table_cost(dataset: Dataset, results: dict[str, Any]) -> str:
    rows = [["table", "s", "processor s", "MiB", "answer", "held"]]
    forms = composer(dataset, held_back=True)
    results["cost"] = []
    for number in range(3):
        form = composed_form(forms, "ledger", number, photographed=True)
        picture = np.asarray(cv2.resize(form.picture, _twelve_megapixels(*form.picture.shape[:2])), np.uint8)
        taken = cost(picture, ".jpg")
        held = taken.seconds <= TABLE_MOST_S and 0 < taken.peak_mib <= TABLE_MOST_MIB
        results["cost"].append(vars(taken) | {"held": held})
        shape = f"{len(form.blocks[0].rows)} rows of {len(form.blocks[0].rows[0])}"
        rows.append([shape, *_cost_cells(taken), taken.answer, "yes" if held else "no"])
    return _markdown(rows)


def _twelve_megapixels(height: int, width: int) -> tuple[int, int]:
    scale = np.sqrt(12e6 / (height * width))
    return round(width * scale), round(height * scale)


def _cost_cells(taken: Any) -> list[str]:
    return [f"{taken.seconds:.2f}", f"{taken.processor_s:.2f}", f"{taken.peak_mib:.0f}"]


def _markdown(table: list[list[str]]) -> str:
    head, *rows = table
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


if __name__ == "__main__":
    main()
