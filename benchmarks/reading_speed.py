"""How fast the reader is, and how much memory it takes: medians of several, on an otherwise quiet machine.

    python benchmarks/reading_speed.py

Pictures are drawn here (`strokes`), so nothing need be at hand. Adds reading-speed-DATE.json to benchmarks/records/.
"""

import datetime
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image

from inkdigits.composing.sheet import SheetPlan, compose_sheet
from inkdigits.composing.ways import WAYS, restyle
from inkdigits.reading.reader import Reader

RECORDS = Path(__file__).parent / "records"
REPEATS = 7


def main() -> None:
    """Measure, print and record."""
    from inkdigits.training.environment import processor_name  # noqa: PLC0415  torch would count as the reader's memory

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, photo = _pictures(folder)
        start = _seconds(lambda: _command(str(one), "--single"), REPEATS)
        start_lines = _seconds(lambda: _command(str(one)), REPEATS)
        peak_mib = float(_output("photo", str(photo)))
    in_process = json.loads(_output("process"))
    results: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": processor_name(),
        "repeats": REPEATS,
        "read --single from process start, s": start,
        "read from process start, s": start_lines,
        "peak memory for a photo of 12 megapixels, MiB": peak_mib,
        **in_process,
    }
    print(json.dumps(results, indent=1))
    RECORDS.mkdir(exist_ok=True)
    (RECORDS / f"reading-speed-{results['date']}.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def _digits() -> tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Draw twenty of each digit by strokes."""
    generator = np.random.default_rng(0)
    pen = np.zeros((28, 28), np.uint8)
    pen[4:24, 12:15] = 255
    labels = np.repeat(np.array(sorted(WAYS)), 20)
    return np.stack([restyle(pen, int(label), generator) for label in labels]), labels


def _line(length: int, height: int, seed: int = 1) -> np.ndarray[Any, np.dtype[np.uint8]]:
    images, labels = _digits()
    return compose_sheet(SheetPlan(length=length, height=height), images, labels, np.random.default_rng(seed))[0]


def _pictures(folder: Path) -> tuple[Path, Path]:
    one, photo = folder / "one.png", folder / "photo.jpg"
    PIL.Image.fromarray(_line(1, 80)).save(one)
    images, labels = _digits()
    sheet, _ = compose_sheet(SheetPlan(lines=10, length=9, height=110), images, labels, np.random.default_rng(2))
    PIL.Image.fromarray(sheet).resize((4000, 3000)).save(photo, quality=90)
    return one, photo


def _command(*arguments: str) -> None:
    command = [sys.executable, "-m", "inkdigits", "read", *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def _output(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        [sys.executable, __file__, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def _seconds(work: Callable[[], object], repeats: int) -> dict[str, float]:
    work()
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return {"median": round(statistics.median(taken), 5), "least": round(min(taken), 5), "most": round(max(taken), 5)}


def in_process() -> dict[str, Any]:
    """Time a line of twelve digits, and single digits in batches, in a running process."""
    reader, images = Reader(), _digits()[0]
    # Several: how long one takes depends on how sure the networks are of it.
    lines = itertools.cycle([_line(12, 40, seed) for seed in range(10)])
    many = np.concatenate([images] * 25)
    batch = _seconds(lambda: reader.read_digits(many), REPEATS)
    return {
        "a line of 12 digits, s": _seconds(lambda: reader.read(next(lines)), 60),
        "single digits a second, in batches": round(len(many) / batch["median"]),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["process"]:
        print(json.dumps(in_process()))
    elif sys.argv[1:2] == ["photo"]:
        Reader().read(Path(sys.argv[2]))
        status = Path("/proc/self/status").read_text("utf-8")
        print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
    else:
        main()
