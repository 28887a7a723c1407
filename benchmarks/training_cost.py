"""Whether cost grows with the data and no faster: as many steps over 1, 2, 4 and 8 times the digits.

    python benchmarks/training_cost.py --data-dir ../shared/mnist

The further digits are copies, each moved by a pixel in its own direction. Each size trains in a process of its own;
sizes alternate. Examples/s should be the same within 10 %, and a byte of digits should cost a byte of memory.
Writes training-cost-DATE.md and .json to benchmarks/records/. Linux tells the memory, other systems don't.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from recording import write_record
from side_by_side.child import peak_memory_mib
from side_by_side.figures import spread
from side_by_side.machine import describe_machine, in_a_line
from side_by_side.plan import bare_changes
from side_by_side.tables import count, markdown_table

from inkdigits import Dataset, Split, load, load_recipe, train

COPIES = (1, 2, 4, 8)
"""How many times the digits."""

MOVES = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1), (1, -1))
"""How far each copy is moved, in pixels down and to the right."""


def main() -> None:
    """Measure and write the record, or train one size."""
    options = _options()
    if options.copies:
        print("\n" + json.dumps(train_copies(options)))
        return
    reports: dict[int, list[dict[str, Any]]] = {copies: [] for copies in COPIES}
    machine = describe_machine()
    for repeat in range(options.repeats):
        for copies in COPIES[:: 1 if repeat % 2 else -1]:
            report = _child(copies)
            reports[copies].append(report)
            sys.stderr.write(
                f"{repeat + 1} of {options.repeats}, {copies} ×: {report['examples_per_s']:,.0f} examples/s, "
                f"{report['peak_memory_mib']} MiB\n"
            )
    record = {"machine": machine, "network": options.network, "repeats": options.repeats, **figures(reports)}
    write_record(record, markdown(record), options.out, f"training-cost-{machine['date']}")


def multiplied(digits: Split, copies: int) -> Split:
    """Return so many times the digits, each copy moved in another direction."""
    images = np.empty((copies, *digits.images.shape), np.uint8)
    for number, move in enumerate(MOVES[:copies]):
        images[number] = np.roll(digits.images, move, axis=(1, 2))
    return Split(images.reshape(-1, *digits.images.shape[1:]), np.tile(digits.labels, copies))


def train_copies(options: argparse.Namespace) -> dict[str, float | None]:
    """Train in this process on a multiple of the digits, as many steps as show the most of them once."""
    data, size = load(options.data, data_dir=options.data_dir), load_recipe(options.network).batch_size
    # Whole batches only, so that examples are steps times batch in every size.
    data = data.limited(train=len(data.train) // size * size)
    steps = max(COPIES) * len(data.train) // size
    many = multiplied(data.train, options.copies)
    data_mib = (many.images.nbytes + many.labels.nbytes) / 2**20
    with tempfile.TemporaryDirectory() as folder:
        run = train(
            options.network,
            Dataset("copies", many, data.test),
            out=Path(folder) / "run",
            changes=bare_changes(steps),
            device="cpu",
            progress=False,
        )
        seconds = run.folder.note["seconds"]
    return {"examples_per_s": steps * size / seconds, "data_mib": data_mib, "peak_memory_mib": peak_memory_mib()}


def figures(reports: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return the spread of each size, and how rate and memory change from the smallest to the largest.

    Returns:
        `sizes` by number of copies; `slowest_to_fastest`, a ratio of median rates; `memory_a_byte`, by how many
        bytes memory grows with each byte of digits, None where the system doesn't tell.
    """
    sizes: dict[int, dict[str, Any]] = {}
    for copies, some in reports.items():
        sizes[copies] = {"examples_per_s": spread([report["examples_per_s"] for report in some])}
        for name in ("data_mib", "peak_memory_mib"):
            known = [report[name] for report in some if report[name] is not None]
            sizes[copies][name] = spread(known) if known else None
    rates = [size["examples_per_s"]["median"] for size in sizes.values()]
    least, most = sizes[min(sizes)], sizes[max(sizes)]
    growth = None
    if least["peak_memory_mib"] and len(sizes) > 1:
        memory, data = (most[name]["median"] - least[name]["median"] for name in ("peak_memory_mib", "data_mib"))
        growth = memory / data
    return {"sizes": sizes, "slowest_to_fastest": min(rates) / max(rates), "memory_a_byte": growth}


def markdown(record: dict[str, Any]) -> str:
    """Return a record as a page."""
    rows = [["digits", "examples/s", "digits and labels, MiB", "peak memory, MiB"]]
    for copies, size in record["sizes"].items():
        memory = size["peak_memory_mib"]
        cells = [f"{copies} ×", count(size["examples_per_s"]), f"{size['data_mib']['median']:,.0f}"]
        rows.append([*cells, count(memory) if memory else "–"])
    growth = record["memory_a_byte"]
    parts = [
        f"# What more data costs, {record['machine']['date']}",
        in_a_line(record["machine"]),
        f"`{record['network']}`, {record['repeats']} repeats, medians with the least and the most in brackets.",
        markdown_table(rows),
        f"The slowest size has {record['slowest_to_fastest']:.1%} of the fastest one's examples/s."
        + (f" Memory grows by {growth:.2f} bytes with each byte of digits and labels." if growth else ""),
    ]
    return "\n\n".join(parts) + "\n"


def _child(copies: int) -> dict[str, Any]:
    command = [sys.executable, __file__, *sys.argv[1:], "--copies", str(copies)]
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
    parser.add_argument("--copies", type=int, choices=range(1, len(MOVES) + 1), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
