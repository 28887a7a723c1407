"""Speed and memory of the reader. Run it on an otherwise idle machine.

    python benchmarks/reading_speed.py --data-dir ../shared/mnist

Pictures are composed of MNIST test digits; each figure comes from a process of its own.
Adds reading-speed-DATE.json and .md to benchmarks/records/.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from recording import write_record
from side_by_side.child import peak_memory_mib

from inkdigits.core.types import Picture
from inkdigits.read.decoding.choosing import choose
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.line_crops import crop_line
from inkdigits.read.page.binarize import binarize
from inkdigits.read.read_line import SCALES, is_confident, run_line_networks
from inkdigits.read.reader import Reader

RECORDS = Path(__file__).parent / "records"
STARTS = 9
LINES = 40
REPEATS = 9

AIMS = {
    "read, from process start": 0.6,
    "read --single, from process start": 0.6,
    "a line of 12 digits": 0.015,
    "digits a second": 5000,
    "photo of 12 megapixels, MiB": 300 * 10**6 / 2**20,
}
"""At most so many seconds, at least so many digits, at most so much memory."""


def main() -> None:
    """Measure, print and record."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _compose(folder, options.data_dir)
        results = {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "machine": _machine(),
            "figures": {
                "read, from process start": _start(str(folder / "one.png")),
                "read --single, from process start": _start(str(folder / "one.png"), "--single"),
                **json.loads(_output("process", str(folder))),
                "photo of 12 megapixels, MiB": spread([float(_output("photo", str(folder))) for _ in range(3)]),
            },
        }
    write_record(results, to_markdown(results), options.out, f"reading-speed-{results['date']}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="Where MNIST lies.")
    parser.add_argument("--out", type=Path, default=RECORDS, help="Where the record goes.")
    return parser.parse_args()


def _compose(folder: Path, data_dir: Path | None) -> None:
    """Write one.png, photo.jpg and a line of twelve digits in each of line-*.png."""
    # Imported here: composing would count towards the reader's time and memory.
    from inkdigits.data.load import load  # noqa: PLC0415
    from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet  # noqa: PLC0415

    digits = load("mnist", data_dir=data_dir).test

    def picture(plan: SheetPlan, seed: int) -> PIL.Image.Image:
        generator = np.random.default_rng(seed)
        return PIL.Image.fromarray(compose_sheet(plan, digits.images, digits.labels, generator)[0])

    picture(SheetPlan(length=1, height=80), 0).save(folder / "one.png")
    sheet = picture(SheetPlan(lines=10, length=9, height=110), 0)
    sheet.resize((4000, 3000)).save(folder / "photo.jpg", quality=90)
    for number in range(LINES):
        picture(SheetPlan(length=12, height=40), number).save(folder / f"line-{number:02}.png")
    np.save(folder / "digits.npy", digits.images[:5000])


def _machine() -> dict[str, Any]:
    from inkdigits.runs.environment import processor_name  # noqa: PLC0415  imports torch

    libraries = ("numpy", "opencv-python-headless", "onnxruntime", "pillow")
    return {
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "load average before": round(os.getloadavg()[0], 2),
        "python": sys.version.split()[0],
        **{library: version(library) for library in libraries},
    }


def _start(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "inkdigits", "read", *arguments]
    return spread(_seconds(lambda: subprocess.run(command, check=True, capture_output=True), STARTS))  # noqa: S603


def _output(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        [sys.executable, __file__, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def _seconds(work: Callable[[], object], repeats: int) -> list[float]:
    """Return the times of some work, after a first run that doesn't count."""
    work()
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return taken


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, quartiles, least and most of several values, and how many there are.

    Args:
        values: At least one.

    Examples:
        >>> spread([1.0, 4.0, 2.0])
        {'n': 3, 'median': 2.0, 'quarter': 1.5, 'three quarters': 3.0, 'least': 1.0, 'most': 4.0}
    """
    quarter, median, three_quarters = statistics.quantiles(
        values if len(values) > 1 else [*values, *values], method="inclusive"
    )
    return {
        "n": len(values),
        "median": median,
        "quarter": quarter,
        "three quarters": three_quarters,
        "least": min(values),
        "most": max(values),
    }


def in_process(folder: Path) -> dict[str, Any]:
    """Time lines of twelve digits, and single digits in batches, in a running process.

    A line that is read at one scale takes about half the time of others.

    Args:
        folder: Holds line-*.png and digits.npy.
    """
    reader = Reader()
    pictures = [np.asarray(PIL.Image.open(path).convert("RGB")) for path in sorted(folder.glob("line-*.png"))]
    one_scale = [_is_confident_at_one_scale(reader, picture) for picture in pictures]
    # In rounds, so that other load of the machine affects all pictures alike.
    rounds = [[_seconds(lambda: reader.read(picture), 1)[0] for picture in pictures] for _ in range(REPEATS)]  # noqa: B023
    medians = [statistics.median(taken) for taken in zip(*rounds, strict=True)]
    kinds = {
        kind: [taken for taken, own in zip(medians, one_scale, strict=True) if own is kind] for kind in (True, False)
    }
    digits = np.load(folder / "digits.npy")
    rates = [len(digits) / taken for taken in _seconds(lambda: reader.read_digits(digits), REPEATS)]
    return {
        "a line of 12 digits": spread(medians),
        **({"those read at one size": spread(kinds[True])} if kinds[True] else {}),
        **({"those read at three sizes": spread(kinds[False])} if kinds[False] else {}),
        "digits a second": spread(rates),
    }


def _is_confident_at_one_scale(reader: Reader, picture: Picture) -> bool:
    page = binarize(picture)
    layout = find_lines(page)
    images = [crop_line(page, layout, line, scale=SCALES[0]) for line in layout.lines]
    views_of_lines = [run_line_networks(reader.line_networks, [image]) for image in images]
    metadata = reader.line_networks[0].metadata
    return all(is_confident(choose(views, metadata, None), views, metadata) for views in views_of_lines)


def peak_mib(photo: Path) -> float | None:
    """Return the peak memory of this process after it has read a photo.

    Args:
        photo: A file.
    """
    Reader().read(photo)
    return peak_memory_mib()


def to_markdown(results: dict[str, Any]) -> str:
    """Return a record as a page of Markdown.

    Args:
        results: The record.
    """
    machine = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    rows = [
        f"| {name} | {figure['n']} | {_shown(figure['median'])} | {_shown(figure['quarter'])} to "
        f"{_shown(figure['three quarters'])} | {_shown(figure['least'])} to {_shown(figure['most'])} | {_aim(name)} |"
        for name, figure in results["figures"].items()
    ]
    head = "| what | n | median | middle half | least to most | aim |\n|---|---|---|---|---|---|"
    return f"# Speed of reading, {results['date']}\n\n{machine}.\n\nSeconds unless said otherwise.\n\n" + "\n".join(
        [head, *rows, ""]
    )


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.4f}"


def _aim(name: str) -> str:
    if name not in AIMS:
        return ""
    return f"at least {AIMS[name]:,}" if name == "digits a second" else f"at most {_shown(AIMS[name])}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["process"]:
        print(json.dumps(in_process(Path(sys.argv[2]))))
    elif sys.argv[1:2] == ["photo"]:
        print(peak_mib(Path(sys.argv[2]) / "photo.jpg"))
    else:
        main()
