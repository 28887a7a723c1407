"""Benchmark of the server: start, latencies and throughput under several loads, memory.

    python benchmarks/serving_speed.py

Writes serving-DATE.md and .json to benchmarks/records/. The server is a process of its own. The clients run in this
process and share the machine's cores with it (`clients.py` says how they measure). There are two kinds of clients.
Those that draw send ten requests a second each, as the page does while somebody draws. Those that hurry send the next
request as soon as they are answered, and so show the server at full load. CPU time per answer is given beside the
latencies, because it means something on a busy machine too.
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
from clients import Address, LoadResult, run_clients, send_once
from PIL import Image
from recording import write_record

from inkdigits.data.uci import load_uci
from inkdigits.runs.environment import processor_name
from inkdigits.version import __version__


@dataclass(frozen=True)
class RunningServer:
    """A running server.

    Attributes:
        address: Its host and port.
        process: Its process id.
        start_s: The seconds from the command to its first answer.
    """

    address: Address
    process: int
    start_s: float

    def cpu_s(self) -> float | None:
        """Return its CPU time so far; None where the system has no /proc."""
        stat = Path(f"/proc/{self.process}/stat")
        if not stat.exists():
            return None
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Return its resident memory, from its own metrics."""
        metrics_request = f"GET /metrics HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n\r\n".encode()
        lines = send_once(self.address, metrics_request).decode().splitlines()
        line = next(line for line in lines if line.startswith("process_resident_memory_bytes "))
        return float(line.split()[1]) / 2**20


@contextmanager
def run_server() -> Iterator[RunningServer]:
    """Yield `inkdigits serve --read-only`, running."""
    first = digit_bodies(1)[0]
    with tempfile.TemporaryDirectory() as folder:
        start_s = time.perf_counter()
        command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--read-only"]
        with subprocess.Popen([*command, "--data-dir", folder], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
            try:
                assert process.stdout is not None
                parts = urlsplit(process.stdout.readline().split()[0])
                address = (str(parts.hostname), int(parts.port or 80))
                send_once(address, make_request(address, first))
                yield RunningServer(address, process.pid, time.perf_counter() - start_s)
            finally:
                process.terminate()


def digit_bodies(count: int) -> list[bytes]:
    """Return bodies for /v1/digits, one real digit each.

    Args:
        count: How many.
    """
    return [json.dumps([image.tolist()], separators=(",", ":")).encode() for image in load_uci().test.images[:count]]


def make_request(address: Address, body: bytes, path: str = "/v1/digits") -> bytes:
    """Return a whole POST request.

    Args:
        address: The server.
        body: The content.
        path: Of the route, with its query.
    """
    head = f"POST {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def picture_bodies(count: int) -> list[bytes]:
    """Return bodies for /v1/read, each a PGM of one real digit in the size that the page sends.

    Args:
        count: How many.
    """
    files = []
    for image in load_uci().test.images[:count]:
        file = io.BytesIO()
        Image.fromarray(255 - image).resize((112, 112)).save(file, "PPM")
        files.append(file.getvalue())
    return files


def measure_load(
    running: RunningServer, requests: Sequence[bytes], count: int, duration_s: float, period_s: float = 0.0
) -> dict[str, float]:
    """Return latencies, throughput and CPU time under a load.

    Args:
        running: The server.
        requests: What the clients send.
        count: How many clients.
        duration_s: How long they send.
        period_s: The mean time between requests of one client; with 0 they hurry.
    """
    before_s = running.cpu_s()
    result = run_clients(running.address, requests, count, duration_s, period_s)
    return latency_summary(result) | cpu_summary(result, before_s, running.cpu_s())


def latency_summary(result: LoadResult) -> dict[str, float]:
    """Return percentiles of the latencies in milliseconds, and answers a second.

    Args:
        result: Of the clients.
    """
    p50, p99, worst = np.percentile(result.latencies_s, [50, 99, 100]) * 1000
    return {
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "worst_ms": round(float(worst), 2),
        "per_s": round(len(result.latencies_s) / result.duration_s, 1),
        "answers": len(result.latencies_s),
    }


def cpu_summary(result: LoadResult, before_s: float | None, after_s: float | None) -> dict[str, float]:
    """Return the CPU time of a thousand answers, in seconds.

    Args:
        result: Of the clients.
        before_s: The server's CPU time before.
        after_s: Its CPU time after.
    """
    thousands = len(result.latencies_s) / 1000
    clients = {"client_cpu_s_per_1000": round(result.client_cpu_s / thousands, 3)}
    if before_s is None or after_s is None:
        return clients
    return {"server_cpu_s_per_1000": round((after_s - before_s) / thousands, 3)} | clients


def measure(seconds: float) -> dict[str, Any]:
    """Run all measurements.

    Args:
        seconds: How long 64 clients send requests, to see whether memory grows.

    Returns:
        Results by load, JSON-ready.
    """
    starts = []
    for _ in range(4):
        with run_server() as running:
            starts.append(round(running.start_s, 2))
    with run_server() as running:
        address = running.address
        single = [make_request(address, body) for body in digit_bodies(100)]
        drawn = [
            make_request(address, body, "/v1/read?single=true&forms=true&min_confidence=0")
            for body in picture_bodies(100)
        ]
        batch = [make_request(address, json.dumps([json.loads(body)[0] for body in digit_bodies(256)]).encode())]
        results: dict[str, Any] = {"start_s": starts[1:], "start_after_install_s": starts[0]}
        run_clients(address, single, 8, 2)
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
            halves.append(run_clients(address, single, 64, seconds / 2))
            memory.append(running.memory_mib())
        both = LoadResult(*(sum(parts[1:], parts[0]) for parts in zip(*map(astuple, halves), strict=True)))
        results["64 clients that hurry"] = latency_summary(both) | {"memory_mib": [round(value, 1) for value in memory]}
    return results


COLUMNS = {
    "p50_ms": "p50, ms",
    "p99_ms": "p99, ms",
    "worst_ms": "worst, ms",
    "per_s": "answers/s",
    "server_cpu_s_per_1000": "server, CPU ms an answer",
    "client_cpu_s_per_1000": "clients, CPU ms an answer",
}


def as_text(record: dict[str, Any]) -> str:
    """Return a record as Markdown.

    Args:
        record: As `main` makes it.
    """
    loads = {name: value for name, value in record.items() if isinstance(value, dict)}
    rows = [
        f"| {name} | {' | '.join(str(summary.get(column, '–')) for column in COLUMNS)} |"
        for name, summary in loads.items()
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
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the 64 clients send requests")
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
