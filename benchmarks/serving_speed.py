"""How fast the server answers: start, one digit at 32 clients, batches, 64 clients for half a minute.

    python benchmarks/serving_speed.py

Writes serving-DATE.md and .json to benchmarks/records/. The server is a process of its own; the clients share this
one, and the machine's cores with the server (`clients.py` says how they measure). Clients are of two kinds: those
that draw ask ten times a second each, as the page does while somebody draws; those that hurry ask again the moment
they are answered, so that their times are those of a server with all it can do. Beside the times stand the seconds of
a core that server and clients took for a thousand answers: they say what an answer costs, also on a busy machine.
"""

import argparse
import datetime
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from clients import Answers, Place, ask, ask_once
from PIL import Image
from recording import write_record

from inkdigits.data.uci import load_uci
from inkdigits.runs.environment import processor_name
from inkdigits.version import __version__


@dataclass(frozen=True)
class Running:
    """A server that answers.

    Attributes:
        place: Where.
        process: Its number.
        start_s: The seconds from the command to its first answer.
    """

    place: Place
    process: int
    start_s: float

    def cpu_s(self) -> float | None:
        """Return the seconds of a core that it took so far; None where the system has no /proc."""
        stat = Path(f"/proc/{self.process}/stat")
        if not stat.exists():
            return None
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Return the memory that it holds, by its own metrics."""
        content = f"GET /metrics HTTP/1.1\r\nHost: {self.place[0]}:{self.place[1]}\r\n\r\n".encode()
        lines = ask_once(self.place, content).decode().splitlines()
        line = next(line for line in lines if line.startswith("process_resident_memory_bytes "))
        return float(line.split()[1]) / 2**20


@contextmanager
def server() -> Iterator[Running]:
    """Run `inkdigits serve --read-only`."""
    first = digits(1)[0]
    with tempfile.TemporaryDirectory() as folder:
        start_s = time.perf_counter()
        command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--read-only"]
        with subprocess.Popen([*command, "--data-dir", folder], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
            try:
                assert process.stdout is not None
                parts = urlsplit(process.stdout.readline().split()[0])
                place = (str(parts.hostname), int(parts.port or 80))
                ask_once(place, request(place, first))
                yield Running(place, process.pid, time.perf_counter() - start_s)
            finally:
                process.terminate()


def digits(count: int) -> list[bytes]:
    """Return bodies for /v1/digits, one real digit each."""
    return [json.dumps([image.tolist()], separators=(",", ":")).encode() for image in load_uci().test.images[:count]]


def request(place: Place, body: bytes, path: str = "/v1/digits") -> bytes:
    """Return a whole request."""
    head = f"POST {path} HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def pictures(count: int) -> list[bytes]:
    """Return bodies for /v1/read, each a PGM of one real digit, as large as the page sends it."""
    files = []
    for image in load_uci().test.images[:count]:
        file = io.BytesIO()
        Image.fromarray(255 - image).resize((112, 112)).save(file, "PPM")
        files.append(file.getvalue())
    return files


def measure_load(
    running: Running, requests: Sequence[bytes], count: int, duration_s: float, period_s: float = 0.0
) -> dict[str, float]:
    """Let clients ask; returns percentiles in milliseconds, answers a second, and what a thousand answers cost."""
    before_s = running.cpu_s()
    answers = ask(running.place, requests, count, duration_s, period_s)
    return figures(answers) | cost(answers, before_s, running.cpu_s())


def figures(answers: Answers) -> dict[str, float]:
    """Return percentiles in milliseconds and answers a second."""
    p50, p99, worst = np.percentile(answers.times_s, [50, 99, 100]) * 1000
    return {
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "worst_ms": round(float(worst), 2),
        "per_s": round(len(answers.times_s) / answers.duration_s, 1),
        "answers": len(answers.times_s),
    }


def cost(answers: Answers, before_s: float | None, after_s: float | None) -> dict[str, float]:
    """Return the seconds of a core for a thousand answers."""
    thousands = len(answers.times_s) / 1000
    clients = {"client_cpu_s_per_1000": round(answers.client_cpu_s / thousands, 3)}
    if before_s is None or after_s is None:
        return clients
    return {"server_cpu_s_per_1000": round((after_s - before_s) / thousands, 3)} | clients


def measure(seconds: float) -> dict[str, Any]:
    """Run all measurements."""
    starts = []
    for _ in range(4):
        with server() as running:
            starts.append(round(running.start_s, 2))
    with server() as running:
        place = running.place
        single = [request(place, body) for body in digits(100)]
        drawn = [request(place, body, "/v1/read?single=true&forms=true&min_confidence=0") for body in pictures(100)]
        batch = [request(place, json.dumps([json.loads(body)[0] for body in digits(256)]).encode())]
        results: dict[str, Any] = {"start_s": starts[1:], "start_after_install_s": starts[0]}
        ask(place, single, 8, 2)
        results["32 clients that draw"] = measure_load(running, single, 32, 10, 0.1)
        results["32 clients that hurry"] = measure_load(running, single, 32, 10)
        results["1 client that hurries"] = measure_load(running, single, 1, 5)
        results["1 client that draws pictures"] = measure_load(running, drawn, 1, 5, 0.1)
        results["32 clients that draw pictures"] = measure_load(running, drawn, 32, 10, 0.1)
        batches = measure_load(running, batch, 2, 10)
        results["batches of 256"] = batches | {"digits_per_s": round(256 * batches["per_s"])}
        memory = [running.memory_mib()]
        halves = []
        for _ in range(2):
            halves.append(ask(place, single, 64, seconds / 2))
            memory.append(running.memory_mib())
        both = Answers(*(sum(parts[1:], parts[0]) for parts in zip(*map(astuple, halves), strict=True)))
        results["64 clients that hurry"] = figures(both) | {"memory_mib": [round(value, 1) for value in memory]}
    return results


COLUMNS = {
    "p50_ms": "p50, ms",
    "p99_ms": "p99, ms",
    "worst_ms": "worst, ms",
    "per_s": "answers/s",
    "server_cpu_s_per_1000": "server, ms of a core an answer",
    "client_cpu_s_per_1000": "clients, likewise",
}


def as_text(record: dict[str, Any]) -> str:
    """Return a record as Markdown."""
    loads = {name: value for name, value in record.items() if isinstance(value, dict)}
    rows = [
        f"| {name} | {' | '.join(str(figures.get(column, '–')) for column in COLUMNS)} |"
        for name, figures in loads.items()
    ]
    memory = ", ".join(map(str, record["64 clients that hurry"]["memory_mib"]))
    lines = [
        f"# Serving, {record['date']}",
        f"inkdigits {record['inkdigits']}, {record['processor']}, {record['cores']} cores, Python {record['python']}, "
        f"load before {record['load_before']:.2f}. The clients share the cores.",
        f"Start to first answer: {', '.join(map(str, record['start_s']))} s. "
        f"Batches: {record['batches of 256']['digits_per_s']:,} digits/s. "
        f"Memory before, in the middle and after 64 clients: {memory} MiB.",
        "\n".join([f"| | {' | '.join(COLUMNS.values())} |", "|---" * (len(COLUMNS) + 1) + "|", *rows]),
    ]
    return "\n\n".join(lines) + "\n"


def main() -> None:
    """Measure, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the 64 clients ask")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "records")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    record = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "inkdigits": __version__,
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(load, 2),
        **measure(options.seconds),
    }
    write_record(record, as_text(record), options.out, f"serving-{record['date']}")


if __name__ == "__main__":
    main()
