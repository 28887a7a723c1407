"""Runs one contender in this process and tells how it went. Knows nothing of what the contender is.

    python -m side_by_side.child MODULE < task.json

MODULE is one of `ours`, `keras_fit` and `torch_loop`. Its `Contender(task)` reads the digits, off the clock; then
it is set up, trained and tested. The last line of the output is the report, as JSON.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from side_by_side.task import Task


def main() -> None:
    """Run the contender whose module is named."""
    task = Task.from_json(sys.stdin.read())
    begun = time.perf_counter()
    module = importlib.import_module(f"side_by_side.{sys.argv[1]}")
    imported = time.perf_counter()
    contender = module.Contender(task)
    read = time.perf_counter()
    contender.set_up()
    set_up = time.perf_counter()
    train_s = contender.train()
    # Before the test, which is no part of what is compared.
    peak_mib = peak_memory_mib()
    report: dict[str, Any] = {
        "import_s": imported - begun,
        "setup_s": set_up - read,
        "train_s": train_s,
        "examples_per_s": task.examples / train_s,
        "peak_memory_mib": peak_mib,
        "test_accuracy": contender.test_accuracy(),
        "made_with": contender.made_with(),
    }
    print("\n" + json.dumps(report))


def peak_memory_mib() -> float | None:
    """Return the most memory that this process has held, None where the system doesn't tell (VmHWM, Linux)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return int(status.read_text("utf-8").partition("VmHWM:")[2].split()[0]) / 2**10


if __name__ == "__main__":
    main()
