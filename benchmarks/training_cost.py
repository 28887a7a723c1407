"""Whether the cost of training grows no faster than its data: equal steps over 1, 2, 4 and 8 times the digits.

    python benchmarks/training_cost.py --data-dir ../shared/mnist

The additional digits are copies, each moved by a pixel in its own direction. All sizes are trained in one process, some
steps of each in turn, so that a slow phase of the machine slows all. Memory is measured in a process for each size.
Examples/s should be the same within 10 %, and a byte of digits should cost a byte of memory. Writes
training-cost-DATE.md and .json to benchmarks/records/. Memory is measured on Linux only.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from recording import write_record
from side_by_side.child import peak_memory_mib
from side_by_side.figures import spread
from side_by_side.machine import describe_machine, in_a_line
from side_by_side.plan import bare_changes
from side_by_side.tables import count, markdown_table

from inkdigits import Dataset, Split, load, load_recipe
from inkdigits.core.formatting import percent
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.session import TrainingSession
from inkdigits.learn.training.setup.open_session import open_session

COPIES = (1, 2, 4, 8)
"""How many times the digits."""

IN_TURN = 100
"""Steps of one size in a turn."""

MOVES = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1), (1, -1))
"""How far each copy is moved, in pixels down and to the right."""


def main() -> None:
    """Measure and write the record, or train some sizes."""
    options = _options()
    if options.copies:
        print("\n" + json.dumps(train_copies(options)))
        return
    machine = describe_machine()
    rates: dict[int, list[float]] = {copies: [] for copies in COPIES}
    for repeat in range(options.repeats):
        report = _child(COPIES[:: 1 if repeat % 2 else -1])
        for copies in COPIES:
            rates[copies].append(report["examples_per_s"][str(copies)])
        latest = ", ".join(f"{copies} × {some[-1]:,.0f}" for copies, some in rates.items())
        sys.stderr.write(f"{repeat + 1} of {options.repeats}: examples/s {latest}\n")
    memory = {copies: _child([copies], "--steps", str(2 * IN_TURN)) for copies in COPIES}
    record = {"machine": machine, "network": options.network, "repeats": options.repeats, **figures(rates, memory)}
    write_record(record, markdown(record), options.out, f"training-cost-{machine['date']}")


def multiplied(digits: Split, copies: int) -> Split:
    """Return multiples of the digits, each copy moved in another direction.

    Args:
        digits: The digits.
        copies: How many times.
    """
    images = np.empty((copies, *digits.images.shape), np.uint8)
    for number, move in enumerate(MOVES[:copies]):
        images[number] = np.roll(digits.images, move, axis=(1, 2))
    return Split(images.reshape(-1, *digits.images.shape[1:]), np.tile(digits.labels, copies))


def train_copies(options: argparse.Namespace) -> dict[str, Any]:
    """Train on multiples of the digits in turn, by default as many steps as show the largest multiple once.

    Args:
        options: Those of this script.

    Returns:
        `examples_per_s` by number of copies, with the training loop but without its last record and checkpoint;
        `data_mib` of all digits and labels; `peak_memory_mib` of this process.
    """
    data, size = load(options.data, data_dir=options.data_dir), load_recipe(options.network).batch_size
    # Whole batches only, so that examples are steps times batch in every size.
    data = data.limited(train=len(data.train) // size * size)
    steps = options.steps or max(COPIES) * len(data.train) // size
    recipe = load_recipe(options.network, bare_changes(steps))
    many = {copies: multiplied(data.train, copies) for copies in options.copies}
    data_mib = sum(each.images.nbytes + each.labels.nbytes for each in many.values()) / 2**20
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sessions = {}
        for copies, digits in many.items():
            to = TrainingOptions(Path(folder) / str(copies), device="cpu", progress=False)
            _, sessions[copies] = stack.enter_context(open_session(recipe, Dataset("copies", digits, data.test), to))
        seconds = _in_turn({copies: session for copies, session in sessions.items() if session}, steps)
    rates = {copies: steps * size / taken for copies, taken in seconds.items()}
    return {"examples_per_s": rates, "data_mib": data_mib, "peak_memory_mib": peak_memory_mib()}


def _in_turn(sessions: Mapping[int, TrainingSession], steps: int) -> dict[int, float]:
    """Take the steps of each session, and return their seconds."""
    seconds = dict.fromkeys(sessions, 0.0)
    running = {copies: session.steps(lambda: False) for copies, session in sessions.items()}
    for _ in range(0, steps, IN_TURN):
        for copies, session in sessions.items():
            start = time.perf_counter()
            for number, learning_rate in islice(running[copies], IN_TURN):
                session.trainer.step(number, learning_rate)
            seconds[copies] += time.perf_counter() - start
    return seconds


def figures(rates: Mapping[int, Sequence[float]], memory: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the spread of each size, and how rate and memory change with the digits.

    Args:
        rates: Examples/s by number of copies, one a repeat.
        memory: The result of `train_copies` for each size alone.

    Returns:
        `sizes` by number of copies, with `relative`, the rate over that of the first size in the same repeat;
        `slowest_to_fastest`, the ratio of its medians; `memory_a_byte`, by how many bytes memory grows with each byte
        of digits, None where the system doesn't tell.
    """
    sizes: dict[int, dict[str, Any]] = {}
    first = rates[min(rates)]
    for copies, some in rates.items():
        relative = [rate / reference for rate, reference in zip(some, first, strict=True)]
        mib = {name: memory[copies][name] for name in ("data_mib", "peak_memory_mib")}
        sizes[copies] = {"examples_per_s": spread(some), "relative": spread(relative), **mib}
    relatives = [size["relative"]["median"] for size in sizes.values()]
    least, most = sizes[min(sizes)], sizes[max(sizes)]
    growth = None
    if least["peak_memory_mib"] and len(sizes) > 1:
        grown, data = (most[name] - least[name] for name in ("peak_memory_mib", "data_mib"))
        growth = grown / data
    return {"sizes": sizes, "slowest_to_fastest": min(relatives) / max(relatives), "memory_a_byte": growth}


def markdown(record: dict[str, Any]) -> str:
    """Return a record as a page.

    Args:
        record: The figures.
    """
    rows = [["digits", "examples/s", "over those of 1 ×", "digits and labels, MiB", "peak memory, MiB"]]
    for copies, size in record["sizes"].items():
        memory, relative = size["peak_memory_mib"], size["relative"]
        over = f"{relative['median']:.3f} ({relative['least']:.3f} – {relative['most']:.3f})"
        cells = [f"{copies} ×", count(size["examples_per_s"]), over, f"{size['data_mib']:,.0f}"]
        rows.append([*cells, f"{memory:,.0f}" if memory else "–"])
    growth = record["memory_a_byte"]
    parts = [
        f"# What more data costs, {record['machine']['date']}",
        in_a_line(record["machine"]),
        f"`{record['network']}`, {record['repeats']} repeats, medians with the least and the most in brackets; "
        f"in a repeat {IN_TURN} steps of each size in turn.",
        markdown_table(rows),
        f"The slowest size has {percent(record['slowest_to_fastest'], 1)} of the fastest one's examples/s."
        + (f" Memory grows by {growth:.2f} bytes with each byte of digits and labels." if growth else ""),
    ]
    return "\n\n".join(parts) + "\n"


def _child(copies: Sequence[int], *more: str) -> dict[str, Any]:
    command = [sys.executable, __file__, *sys.argv[1:], *more, "--copies", *map(str, copies)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return report


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", default="mlp-dropout", help="the recipe")
    parser.add_argument("--repeats", type=int, default=3, help="how many times each size")
    parser.add_argument("--data", default="mnist", help="what to multiply")
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else $INKDIGITS_DATA or the cache")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "records", help="folder for the record")
    parser.add_argument("--steps", type=int, help="of each size; as many as show the most digits once")
    sizes = range(1, len(MOVES) + 1)
    parser.add_argument("--copies", type=int, nargs="+", choices=sizes, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
