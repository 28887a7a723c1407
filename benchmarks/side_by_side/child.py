"""Runs one contender in this process and prints its report. Knows nothing of what the contender is.

    python -m side_by_side.child MODULE < workload.json

MODULE is one of `ours`, `keras_fit` and `torch_loop`. Its `Contender(workload)` reads the digits, which is not timed;
then it is set up, trained and tested. The last line of the output is the report, as JSON.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from side_by_side.workload import Workload


def main() -> None:
    """Run the contender of the module that the command line names."""
    workload = Workload.from_json(sys.stdin.read())
    start = time.perf_counter()
    module = importlib.import_module(f"side_by_side.{sys.argv[1]}")
    imported = time.perf_counter()
    contender = module.Contender(workload)
    constructed = time.perf_counter()
    contender.set_up()
    set_up = time.perf_counter()
    train_s = contender.train()
    # Before the test, which is not compared.
    peak_mib = peak_memory_mib()
    report: dict[str, Any] = {
        "import_s": imported - start,
        "setup_s": set_up - constructed,
        "train_s": train_s,
        "examples_per_s": workload.examples / train_s,
        "peak_memory_mib": peak_mib,
        "test_accuracy": contender.test_accuracy(),
        "made_with": contender.made_with(),
    }
    print("\n" + json.dumps(report))


def peak_memory_mib() -> float | None:
    """Return the most memory that this process has held, None where it is unknown (VmHWM, Linux)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return int(status.read_text("utf-8").partition("VmHWM:")[2].split()[0]) / 2**10


if __name__ == "__main__":
    main()
