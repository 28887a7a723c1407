"""How fast recipes train, and pictures are read, alone and beside another training, by how long OpenMP's threads spin.

    python benchmarks/busy_machine.py --data-dir FOLDER [--recipes NAME...] [--spins N...] [--repeats N] [--seconds S]

Every subject runs in a process of its own for each spin count ("default" is that of the OpenMP library). The processes
are started once, and measure in turn: a moment alone, then a moment beside a training of `mlp-1000` that waits in the
same way. Rates are medians over the repeats. "beside" says how many times as long everything takes beside the other
training, and "alone" how many times as long as with the first spin count. What is to be true: at most 2.4 beside, and
at most 1.1 alone.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits import Reader
from inkdigits.data.load import load
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.setup.open_session import open_session
from inkdigits.recipes import load_recipe

RECIPES = ("softmax", "mlp-tanh", "mlp-100x2", "mlp-1000", "mlp-dropout", "cnn")
READING = "reading"
OTHER = "mlp-1000"


def main() -> None:
    """Measure what the command line asks for, and print a table and a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--recipes", nargs="+", default=[*RECIPES, READING])
    parser.add_argument("--spins", nargs="+", default=["default", "2000"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.data, options.data_dir)
        return
    print(json.dumps(measure(options)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return the medians, by subject and spin count, after printing them."""
    rates: dict[tuple[str, str, bool], list[float]] = {}
    for name in options.recipes:
        subjects = {spin: Subject(name, spin, options) for spin in options.spins}
        others = {spin: Subject(OTHER, spin, options) for spin in options.spins}
        for _ in range(options.repeats):
            for spin, subject in subjects.items():
                subject.start(options.seconds)
                rates.setdefault((name, spin, False), []).append(subject.rate())
                others[spin].start(options.seconds + 0.6)
                time.sleep(0.3)
                subject.start(options.seconds)
                rates.setdefault((name, spin, True), []).append(subject.rate())
                others[spin].rate()
        for process in (*subjects.values(), *others.values()):
            process.close()
        for spin in options.spins:
            print(_row(rates, name, spin, options.spins[0]), file=sys.stderr)
    return {
        f"{name}, spin {spin}, {'beside' if beside else 'alone'}": found
        for (name, spin, beside), found in rates.items()
    }


def _row(rates: dict[tuple[str, str, bool], list[float]], name: str, spin: str, first: str) -> str:
    alone, beside = (statistics.median(rates[name, spin, is_beside]) for is_beside in (False, True))
    usual = statistics.median(rates[name, first, False])
    return (
        f"{name:12} spin {spin:8} {alone:8.1f}/s alone, {beside:8.1f}/s beside: "
        f"{alone / beside:5.2f} times as long beside; alone {usual / alone:5.2f} times as long as with {first}"
    )


class Subject:
    """A process that trains or reads for a moment whenever it is told to."""

    def __init__(self, name: str, spin: str, options: argparse.Namespace) -> None:
        environment = {
            key: value for key, value in os.environ.items() if key not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
        }
        if spin != "default":
            environment["GOMP_SPINCOUNT"] = spin
        command = [sys.executable, __file__, "--work", name, "--data", options.data]
        command += ["--data-dir", str(options.data_dir)] if options.data_dir else []
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)  # noqa: S603  this script
        self.start(0.5)
        self.rate()  # ready, and warm

    def start(self, seconds: float) -> None:
        """Let it work.

        Args:
            seconds: How long.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()

    def rate(self) -> float:
        """Return how many units a second it did, when it is done."""
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def work(name: str, data: str, data_dir: Path | None) -> None:
    """Take seconds from standard input, a line each; work so long, and print units a second."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    units = reading() if name == READING else training(name, data, data_dir)
    for line in sys.stdin:
        done, start_s = 0, time.perf_counter()
        while time.perf_counter() - start_s < float(line):
            next(units)
            done += 1
        out.write(f"{done / (time.perf_counter() - start_s)}\n")


def training(name: str, data: str, data_dir: Path | None) -> Iterator[None]:
    """Yield after each step of a training without end."""
    dataset = load(data, data_dir=data_dir)
    with tempfile.TemporaryDirectory() as folder:
        options = TrainingOptions(Path(folder) / "run", progress=False, tensorboard=False)
        recipe = load_recipe(name, {"epochs": 10_000, "early_stopping": False})
        with open_session(recipe, dataset, options) as (_, session):
            assert session is not None
            for number, learning_rate in session.steps(lambda: False):
                session.trainer.step(number, learning_rate)
                yield


def reading() -> Iterator[None]:
    """Yield after each picture of a composed sheet that is read."""
    digits = load("uci").test
    plan = SheetPlan(lines=2, length=6, height=40)
    picture, _ = compose_sheet(plan, digits.images, digits.labels, np.random.default_rng(1))
    reader = Reader()
    while True:
        reader.read(picture)
        yield


if __name__ == "__main__":
    main()
