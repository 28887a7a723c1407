"""Reading many pictures: what one costs by their number and by the processes, and whether kills lose or change any.

    python benchmarks/bulk_reading.py FOLDER --compose 20000
    python benchmarks/bulk_reading.py FOLDER --counts 1000 20000 --workers 1 2 [--cluster]
    python benchmarks/bulk_reading.py FOLDER --counts 3000 --kills 20 [--cluster]

`--compose` fills the folder: every second picture is a real digit of the MNIST test set, 28x28, the others are composed
lines of six. Each job is `inkdigits read` of a list of the first N of them, a process of its own. Of each the page has
the pictures a second by the clock, the processor time of a picture (of all processes together), and the most memory of
the process that leads and of one that reads. `--kills` ends, with kill -9 and at random moments, the process that leads
or one that reads, on a cluster also a machine, resumes, and compares all rows with those of a job that was left alone.
`--cluster` reads on a Ray cluster of two machines with a core each, all on this machine. Prints a table, and writes
bulk-reading-DATE.md and .json to benchmarks/records/ with `--record`.
"""

import argparse
import datetime
import json
import os
import platform
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bulk_jobs import Machines, children, how_of, list_of, machines, no_machines, peak_mib, start
from PIL import Image
from recording import write_record

from inkdigits.data.load import load
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.runs.environment import processor_name

RECORDS = Path(__file__).parent / "records"
SAMPLE_S = 0.2


@dataclass(frozen=True)
class Job:
    """What a job took.

    Attributes:
        how: Processes, or the cluster.
        pictures: How many it read.
        seconds: By the clock, from the start of the command to its end.
        cpu_ms: Processor time of a picture, of all processes of the command; None on a cluster, whose processes are
            others' children.
        leader_mib: The most memory of the process that leads.
        reader_mib: The most memory of a process that reads; None on a cluster.
        load: Of the machine, over the last minute.
    """

    how: str
    pictures: int
    seconds: float
    cpu_ms: float | None
    leader_mib: float
    reader_mib: float | None
    load: float


@dataclass(frozen=True)
class Kills:
    """What was killed in a job, and what became of it.

    Attributes:
        how: Processes, or the cluster.
        pictures: How many it read.
        leads: How often the process that leads was killed.
        reads: How often one that reads was.
        machines: How often a machine was.
        missing: Pictures without a row.
        twice: Pictures with several.
        different: Rows that differ from those of the job that was left alone.
    """

    how: str
    pictures: int
    leads: int
    reads: int
    machines: int
    missing: int
    twice: int
    different: int


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compose", type=int)
    parser.add_argument("--counts", type=int, nargs="+", default=[])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--cluster", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if options.compose:
        compose(options.folder, options.compose)
    found: list[Job | Kills] = []
    rng = random.Random(options.seed)  # noqa: S311  moments, no secrets
    with machines() if options.cluster else no_machines() as cluster, tempfile.TemporaryDirectory() as folder:
        for count in options.counts:
            pictures = list_of(options.folder, count, Path(folder))
            ways = ["cluster"] if cluster else [str(number) for number in options.workers]
            for way in ways:
                arguments = ["--address", cluster.address] if cluster else ["--workers", way]
                if options.kills:
                    found.append(kill(pictures, count, arguments, options.kills, rng, cluster))
                else:
                    found.append(measure(pictures, count, arguments))
                print(found[-1], file=sys.stderr, flush=True)
    record = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores of {processor_name()}, Python {platform.python_version()}",
        "jobs": [asdict(one) for one in found],
    }
    if options.record:
        write_record(record, to_markdown(record), RECORDS, f"bulk-reading-{record['date']}")
    else:
        print(to_markdown(record))


def compose(folder: Path, count: int) -> None:
    """Write pictures that are not there yet.

    Args:
        folder: Created if it is missing.
        count: How many there are to be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digits = load("mnist").test
    for number in range(count):
        path = folder / f"{number:06}.png"
        if path.exists():
            continue
        rng = np.random.default_rng(number)
        if number % 2:
            picture = digits.images[number % len(digits)]
        else:
            picture, _ = compose_sheet(SheetPlan(lines=1, length=6, height=32), digits.images, digits.labels, rng)
        Image.fromarray(picture).save(path)


def measure(pictures: Path, count: int, arguments: list[str]) -> Job:
    """Read pictures once.

    Args:
        pictures: The list.
        count: How many they are.
        arguments: How to read them.
    """
    before, start_s = _children_s(), time.perf_counter()
    process = start(pictures, pictures.with_suffix(".jsonl"), arguments)
    leader = reader = 0.0
    while process.poll() is None:
        leader = max(leader, peak_mib(process.pid))
        reader = max([reader, *map(peak_mib, children(process.pid))])
        time.sleep(SAMPLE_S)
    if process.returncode:
        raise SystemExit(f"reading ended with {process.returncode}")
    seconds, is_cluster = time.perf_counter() - start_s, "--address" in arguments
    cpu_ms = round(1000 * (_children_s() - before) / count, 2)
    return Job(
        how_of(arguments),
        count,
        round(seconds, 1),
        None if is_cluster else cpu_ms,
        round(leader),
        None if is_cluster else round(reader),
        round(os.getloadavg()[0], 1),
    )


def kill(
    pictures: Path, count: int, arguments: list[str], kills: int, rng: random.Random, cluster: Machines | None
) -> Kills:
    """Read pictures once alone, and once with kills; compare the rows.

    Args:
        pictures: The list.
        count: How many they are.
        arguments: How to read them.
        kills: How many.
        rng: Decides the moments and what is killed.
        cluster: The machines that read; None for processes of this one.
    """
    alone, out = pictures.with_name("alone.jsonl"), pictures.with_name("killed.jsonl")
    start_s = time.perf_counter()
    if start(pictures, alone, arguments).wait():
        raise SystemExit("reading failed")
    pause_s = 0.5 * (time.perf_counter() - start_s) / kills
    done = {"lead": 0, "read": 0, "machine": 0}
    process = start(pictures, out, arguments)
    while True:
        with suppress(subprocess.TimeoutExpired):
            if process.wait(rng.uniform(0.2, 2) * pause_s):
                raise SystemExit(f"reading ended with {process.returncode}")
            break
        if sum(done.values()) == kills:
            continue
        what = rng.choice(["lead", "machine" if cluster else "read"])
        if what == "lead":
            process.kill()
            process.wait()
            process = start(pictures, out, [*arguments, "--resume"])
        elif cluster:
            cluster.lose_one()
        else:
            of_reader = children(process.pid)
            if not of_reader:
                continue
            with suppress(ProcessLookupError):
                os.kill(rng.choice(of_reader), signal.SIGKILL)
        done[what] += 1
    return compare(how_of(arguments), alone, out, done)


def compare(how: str, alone: Path, killed: Path, done: dict[str, int]) -> Kills:
    """Compare the rows of two jobs over the same pictures, but for the seconds that each took.

    Args:
        how: How was read.
        alone: The file of the job that was left alone.
        killed: That of the other.
        done: How often the one that leads, one that reads and a machine were killed.
    """
    expected, found = rows(alone), rows(killed)
    names = [row["source"] for row in found]
    by_name = {row["source"]: row for row in found}
    return Kills(
        how,
        len(expected),
        done["lead"],
        done["read"],
        done["machine"],
        missing=sum(row["source"] not in by_name for row in expected),
        twice=len(names) - len(by_name),
        different=sum(by_name.get(row["source"], row) != row for row in expected),
    )


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file without the seconds that they took.

    Args:
        path: A .jsonl file.
    """
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in found]


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def to_markdown(record: dict[str, Any]) -> str:
    """Return a record as a page.

    Args:
        record: With date, machine and jobs.
    """
    lines = [f"# Reading many pictures, {record['date']}", "", f"{record['machine']}.", ""]
    for kind in (Job, Kills):
        columns = list(kind.__dataclass_fields__)
        jobs = [job for job in record["jobs"] if list(job) == columns]
        if jobs:
            lines += [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
            lines += [f"| {' | '.join(map(str, job.values()))} |" for job in jobs]
            lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
