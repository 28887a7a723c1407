"""How fast the six networks are trained: Inkdigits beside Keras on three backends and a loop in PyTorch.

    python benchmarks/training_speed.py                          # five repeats, the better part of an hour
    python benchmarks/training_speed.py --quick                  # a tenth of the steps, once
    python benchmarks/training_speed.py --whole                  # each recipe's full length, once: final accuracy
    python benchmarks/training_speed.py --whole --networks cnn   # the longest, 10,000 steps and 100 evaluations

Writes training-MODE-DATE.md and .json to benchmarks/records/, with --quick to build/.

Each other framework gets an environment of its own in benchmarks/.environments, made on the first use from the pinned
requirements beside the code. One that can't be made or fails is left out, and the record says why. For figures worth
keeping, let nothing else run on the machine.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from recording import write_record
from side_by_side.contenders import CONTENDERS, OURS, Contender, ContenderError, run_once
from side_by_side.digits import FIRST_STEPS
from side_by_side.figures import Report, compare
from side_by_side.machine import describe_machine, in_a_line
from side_by_side.plan import QUICK_SHARE, STEPS, timed_workload, whole_workload, write_digits
from side_by_side.tables import WHAT_IS_TIMED, network_table, overview
from side_by_side.venvs import VenvUnavailableError
from side_by_side.workload import Workload

from inkdigits import load
from inkdigits.core.formatting import percent

TREE = Path(__file__).parents[1]


def main() -> None:
    """Measure, and write the record."""
    options = _options()
    start = time.perf_counter()
    machine = describe_machine()
    missing: list[str] = []
    pythons = _pythons(options.contenders, missing)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digits.npz"
        dataset = load(options.data, data_dir=options.data_dir)
        write_digits(dataset, path)
        networks = {
            name: measure(_workload(options, name, path, len(dataset.train)), pythons, options.repeats, missing)
            for name in options.networks
        }
    record = {
        "machine": machine,
        "mode": options.mode,
        "data": options.data,
        "repeats": options.repeats,
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "missing": missing,
        "networks": networks,
    }
    write_record(record, markdown(record), options.out, f"{options.name}-{machine['date']}")


def measure(workload: Workload, pythons: dict[str, Path], repeats: int, missing: list[str]) -> dict[str, Any]:
    """Run all contenders in turn, several times.

    Args:
        workload: What they train.
        pythons: The interpreter of each contender.
        repeats: How many times.
        missing: The reasons why contenders are left out are added here.

    Returns:
        The result of `compare`, the workload's length, and every report.
    """
    reports: dict[str, list[Report]] = {name: [] for name in pythons}
    failed: set[str] = set()
    for repeat in range(repeats):
        for name in turns(list(pythons), repeat):
            if name in failed:
                continue
            try:
                report = run_once(CONTENDERS[name], pythons[name], workload)
            except ContenderError as error:
                _leave_out(str(error), missing)
                failed.add(name)
                continue
            reports[name].append(report)
            _say(
                f"{workload.network}, {repeat + 1} of {repeats}, {name}: {report['examples_per_s']:,.0f} examples/s, "
                f"{percent(report['test_accuracy'])}, {report['wall_s']:.1f} s in all"
            )
    complete = {name: some for name, some in reports.items() if name not in failed}
    return {
        "ours": OURS,
        "batch_size": workload.batch_size,
        "steps": workload.steps,
        "digits": workload.learned,
        "watched": workload.watched,
        **compare(complete, OURS),
        "reports": complete,
    }


def turns(names: Sequence[str], repeat: int) -> Iterator[str]:
    """Yield the contenders in the order of a repeat: each repeat begins with the next one.

    Args:
        names: The contenders.
        repeat: Its number, from 0.

    Examples:
        >>> list(turns(["a", "b", "c"], 1))
        ['b', 'c', 'a']
    """
    start = repeat % len(names) if names else 0
    yield from [*names[start:], *names[:start]]


def markdown(record: dict[str, Any]) -> str:
    """Return a record as a page.

    Args:
        record: The figures.
    """
    machine, networks = record["machine"], record["networks"]
    parts = [
        f"# Training side by side ({record['mode']}), {machine['date']}",
        in_a_line(machine),
        f"Repeats: {record['repeats']}; {record['minutes']} minutes in all; digits: {record['data']}.",
        WHAT_IS_TIMED.format(first=FIRST_STEPS),
        *(f"Left out: {reason}" for reason in record["missing"]),
        overview(networks),
    ]
    for name, figures in networks.items():
        watched = f", the {figures['watched']} set evaluated after each epoch" if figures["watched"] else ""
        length = f"{figures['steps']:,} steps of {figures['batch_size']}, {figures['digits']:,} digits{watched}"
        parts += [f"## {name}: {length}", network_table(figures)]
    versions = {
        name: some["made_with"] for figures in networks.values() for name, some in figures["contenders"].items()
    }
    parts += ["## Versions", "\n".join(f"- {name}: {_listed(made_with)}" for name, made_with in versions.items())]
    return "\n\n".join(parts) + "\n"


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _workload(options: argparse.Namespace, network: str, path: Path, digits: int) -> Workload:
    if options.whole:
        return whole_workload(network, path, digits)
    return timed_workload(network, path, digits, share=QUICK_SHARE if options.quick else 1.0)


def _pythons(contenders: Sequence[Contender], missing: list[str]) -> dict[str, Path]:
    pythons = {}
    for contender in contenders:
        try:
            pythons[contender.name] = contender.python()
        except VenvUnavailableError as error:
            _leave_out(str(error), missing)
    return pythons


def _leave_out(reason: str, missing: list[str]) -> None:
    missing.append(reason)
    _say(f"left out: {reason}")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="a tenth of the steps, once")
    mode.add_argument("--whole", action="store_true", help="each recipe's full length, once; cnn only where named")
    parser.add_argument("--networks", nargs="+", choices=STEPS, metavar="NAME", help=f"of {', '.join(STEPS)}")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, metavar="NAME", help=", ".join(CONTENDERS))
    parser.add_argument("--repeats", type=int, help="how many times; 5, or 1 with --quick and --whole")
    parser.add_argument("--data", default="mnist", help="what to train on")
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else $INKDIGITS_DATA or the cache")
    parser.add_argument("--out", type=Path, help="folder for the record; benchmarks/records, build/ for --quick")
    options = parser.parse_args()
    options.mode = "quick" if options.quick else "whole" if options.whole else "speed"
    options.name = "-".join(["training", options.mode, *(options.networks or [])])
    options.networks = options.networks or [name for name in STEPS if not (options.whole and name == "cnn")]
    options.contenders = [CONTENDERS[name] for name in options.contenders or CONTENDERS]
    options.repeats = options.repeats or (5 if options.mode == "speed" else 1)
    options.out = options.out or (TREE / "build" if options.quick else TREE / "benchmarks" / "records")
    return options


if __name__ == "__main__":
    main()
