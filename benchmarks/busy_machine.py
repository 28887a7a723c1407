"""How long trainings, reading and serving take alone and beside another training: whole processes, by the clock.

    python benchmarks/busy_machine.py --data-dir FOLDER [--subjects NAME...] [--before SRC] [--repeats N]

Each subject is a process: `train` of a recipe, `read` of a folder of composed sheets, or a server that a client asks to
read them. The other training is `mlp-1000` without end, which is stopped (SIGSTOP) while something is measured alone.
"beside" is how many times as long a subject takes as alone. With `--before`, the folder of another version's package,
that one is measured alone in turn with this one, and "alone" is how many times as long this one takes. Medians. What is
to be true: at most 2.4 beside, and at most 1.1 alone.
"""

import argparse
import io
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from clients import send_once
from PIL import Image
from serving_speed import make_request, run_server

from inkdigits.data.load import load
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet

LENGTHS = {
    **{name: ["--epochs", "2"] for name in ("softmax", "mlp-tanh", "mlp-100x2", "mlp-1000", "mlp-dropout")},
    **{name: ["--set", "steps=200"] for name in ("cnn", "fast-99", "fast-99.4", "fast-99.5")},
    "reader": ["--data", "uci", "--epochs", "2", "--set", "hands=0"],
    "reader-lines": ["--set", "steps=30", "--set", "hands=0"],
}
"""How long each recipe is trained: two epochs of MNIST where that takes seconds, and a part of what does not."""

READING, SERVING, OTHER = "reading", "serving", "mlp-1000"
SHEETS = 100

Work = Callable[[], None]


def main() -> None:
    """Measure what the command line asks for; print a line for each subject, and all times as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--subjects", nargs="+", default=[*LENGTHS, READING, SERVING])
    parser.add_argument("--before", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    times: dict[str, dict[str, list[float]]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sheets = compose_sheets(folder / "sheets")
        commands = Commands(folder, options.data_dir)
        other = stack.enter_context(commands.other_training())
        for name in options.subjects:
            with ExitStack() as of_subject:
                served = of_subject.enter_context(serving(sheets)) if name == SERVING else None
                work = served or commands.work(name, sheets)
                before = commands.work(name, sheets, options.before) if options.before and not served else None
                times[name] = measure(work, before, other, options.repeats)
            print(describe(name, times[name]), file=sys.stderr, flush=True)
    print(json.dumps(times))


def measure(work: Work, before: Work | None, other: "subprocess.Popen[bytes]", repeats: int) -> dict[str, list[float]]:
    """Return the seconds of each repeat: alone, beside, and of the version before alone.

    Args:
        work: What is measured.
        before: The same of the version before.
        other: The training beside which it is measured; it is stopped now.
        repeats: How often.
    """
    found: dict[str, list[float]] = {"alone": [], "beside": [], "before": []}
    for _ in range(repeats):
        if before:
            found["before"].append(_seconds(before))
        found["alone"].append(_seconds(work))
        other.send_signal(signal.SIGCONT)
        found["beside"].append(_seconds(work))
        other.send_signal(signal.SIGSTOP)
    return found


def _seconds(work: Work) -> float:
    start_s = time.perf_counter()
    work()
    return round(time.perf_counter() - start_s, 3)


def describe(name: str, times: dict[str, list[float]]) -> str:
    """Return a line of a table.

    Args:
        name: The subject.
        times: The seconds of all repeats, as `measure` returns them.
    """
    alone, beside = statistics.median(times["alone"]), statistics.median(times["beside"])
    cells = [name, f"{alone:.2f} s", f"{beside:.2f} s", f"{beside / alone:.2f}"]
    if times["before"]:
        before = statistics.median(times["before"])
        cells += [f"{before:.2f} s", f"{alone / before:.2f}"]
    return f"| {' | '.join(cells)} |"


class Commands:
    """Commands that are measured as whole processes.

    Args:
        folder: For what they write.
        data_dir: Where MNIST is.
    """

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self._folder, self._data_dir = folder, data_dir

    def work(self, name: str, sheets: Path, source: Path | None = None) -> Work:
        """Return what runs a subject once.

        Args:
            name: A recipe, or reading.
            sheets: A folder of pictures.
            source: The folder of the package; None for the one that is imported here.
        """
        command = ["read", str(sheets), "--json"] if name == READING else self._training(name, LENGTHS[name])
        return lambda: _check(self._start(command, source))

    @contextmanager
    def other_training(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Yield a training without end, which is stopped."""
        process = self._start(self._training(OTHER, ["--epochs", "100000"], out="other"))
        while not (self._folder / "other" / "history.json").exists():
            if process.poll() is not None:
                raise SystemExit(f"the other training ended with {process.returncode}")
            time.sleep(0.1)
        process.send_signal(signal.SIGSTOP)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def _training(self, name: str, length: list[str], out: str = "run") -> list[str]:
        path = str(self._folder / out)
        return ["train", name, "--data-dir", str(self._data_dir), *length, "--out", path, "--overwrite", "--json"]

    def _start(self, command: list[str], source: Path | None = None) -> "subprocess.Popen[bytes]":
        environment = os.environ | ({"PYTHONPATH": str(source)} if source else {})
        quiet = subprocess.DEVNULL
        return subprocess.Popen(  # noqa: S603  our own commands
            [sys.executable, "-m", "inkdigits", *command], env=environment, stdout=quiet, stderr=quiet
        )


def _check(process: "subprocess.Popen[bytes]") -> None:
    if process.wait():
        raise SystemExit(f"{process.args!r} ended with {process.returncode}")


@contextmanager
def serving(sheets: Path) -> Iterator[Work]:
    """Yield what asks a running server to read all sheets, one after the other.

    Args:
        sheets: A folder of pictures.
    """
    with run_server() as running:
        requests = [make_request(running.address, path.read_bytes(), "/v1/read") for path in sorted(sheets.iterdir())]

        def ask() -> None:
            for request in requests:
                send_once(running.address, request)

        ask()  # warm
        yield ask


def compose_sheets(folder: Path) -> Path:
    """Write sheets of handwriting, and return their folder.

    Args:
        folder: Is made.
    """
    folder.mkdir()
    digits = load("uci").test
    rng = np.random.default_rng(1)
    for number in range(SHEETS):
        plan = SheetPlan(lines=1 + number % 3, length=6, height=40)
        picture, _ = compose_sheet(plan, digits.images, digits.labels, rng)
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "PNG")
        (folder / f"{number:03}.png").write_bytes(file.getvalue())
    return folder


if __name__ == "__main__":
    main()
