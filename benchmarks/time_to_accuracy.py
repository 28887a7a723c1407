"""From process start to a trained and tested network: wall clock and test accuracy of one recipe over seeds.

    python benchmarks/time_to_accuracy.py mlp-dropout --seeds 10 --data-dir ../shared/mnist

Each seed is one `inkdigits train RECIPE --json` in a fresh process: importing, reading the digits, training, the final
test, writing the run. Nothing of a seed is left out or chosen. Writes time-to-accuracy-RECIPE-DATE.md and .json to
benchmarks/records/.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from recording import write_record
from side_by_side.figures import spread
from side_by_side.machine import describe_machine, in_a_line
from side_by_side.tables import markdown_table

from inkdigits.core.formatting import percent


def main() -> None:
    """Measure, and write the record."""
    options = _options()
    machine = describe_machine()
    runs = []
    for seed in range(1, options.seeds + 1):
        runs.append(train_once(options, seed))
        sys.stderr.write(
            f"seed {seed} of {options.seeds}: {percent(runs[-1]['accuracy'])} in {runs[-1]['wall_s']:.2f} s, "
            f"of which training {runs[-1]['training_s']:.2f} s\n"
        )
    record = {"machine": machine, "recipe": name_of(options.recipe), "changes": options.set, **figures(runs)}
    write_record(record, markdown(record), options.out, f"time-to-accuracy-{record['recipe']}-{machine['date']}")


def name_of(recipe: str) -> str:
    """Return a recipe's name, which may hold a dot, or the name of its file without the ending.

    Args:
        recipe: As given on the command line.

    Examples:
        >>> name_of("fast-99.4"), name_of("recipes/mine.toml")
        ('fast-99.4', 'mine')
    """
    return Path(recipe).name.removesuffix(".toml")


def train_once(options: argparse.Namespace, seed: int) -> dict[str, Any]:
    """Run `inkdigits train` once.

    Args:
        options: Those of this script.
        seed: The seed.

    Returns:
        The seed, `wall_s` from process start to its end, `training_s` from the run, `accuracy` and `errors`.

    Raises:
        SystemExit: The command failed; its own error is printed above.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "inkdigits", "train", options.recipe, "--data", options.data, "--json"]
        command += ["--seed", str(seed), "--out", str(Path(folder) / "run")]
        command += ["--data-dir", str(options.data_dir)] if options.data_dir else []
        for change in options.set:
            command += ["--set", change]
        start = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
        wall_s = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"error: {' '.join(command)} ended with exit status {done.returncode}")
    run = json.loads(done.stdout)
    test = run["test"]
    return {
        "seed": seed,
        "wall_s": wall_s,
        "training_s": run["seconds"],
        "accuracy": test["accuracy"],
        "errors": test["errors"],
    }


def figures(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return mean and deviation of the accuracy, the spread of both times, and the runs.

    Args:
        runs: From `train_once`, one a seed.
    """
    accuracies = [run["accuracy"] for run in runs]
    return {
        "accuracy": {
            "mean": statistics.fmean(accuracies),
            "deviation": statistics.stdev(accuracies) if len(runs) > 1 else None,
            "least": min(accuracies),
            "most": max(accuracies),
        },
        "wall_s": spread([run["wall_s"] for run in runs]),
        "training_s": spread([run["training_s"] for run in runs]),
        "runs": runs,
    }


def markdown(record: dict[str, Any]) -> str:
    """Return a record as a page.

    Args:
        record: The figures.
    """
    accuracy, wall, training = record["accuracy"], record["wall_s"], record["training_s"]
    deviation = "" if accuracy["deviation"] is None else f" ± {100 * accuracy['deviation']:.3f}"
    rows = [["seed", "test %", "wrong", "wall s", "of which training s"]]
    for run in record["runs"]:
        seconds = (f"{run['wall_s']:.2f}", f"{run['training_s']:.2f}")
        rows.append([str(run["seed"]), f"{100 * run['accuracy']:.2f}", str(run["errors"]), *seconds])
    changed = f", with {', '.join(record['changes'])}" if record["changes"] else ""
    parts = [
        f"# Time to accuracy: `{record['recipe']}`{changed}, {record['machine']['date']}",
        in_a_line(record["machine"]),
        f"Mean of {len(record['runs'])} seeds: **{100 * accuracy['mean']:.3f}**{deviation} % of the test digits "
        f"(least {100 * accuracy['least']:.2f}, most {100 * accuracy['most']:.2f}). From process start to end, median: "
        f"**{wall['median']:.2f} s** ({wall['least']:.2f} – {wall['most']:.2f}); of which training "
        f"{training['median']:.2f} s ({training['least']:.2f} – {training['most']:.2f}).",
        markdown_table(rows),
    ]
    return "\n\n".join(parts) + "\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", help="a recipe's name or TOML file")
    parser.add_argument("--seeds", type=int, default=10, help="how many, from 1 on")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a change to the recipe")
    parser.add_argument("--data", default="mnist", help="what to train on")
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else $INKDIGITS_DATA or the cache")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "records", help="folder for the record")
    return parser.parse_args()


if __name__ == "__main__":
    main()
