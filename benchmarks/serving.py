"""How fast the server answers: start, one digit at 32 clients, batches, 64 clients for half a minute.

    python benchmarks/serving.py

Writes serving-DATE.md and .json to benchmarks/records/. Server and clients share the machine's cores. Clients are of
two kinds: those that draw ask ten times a second each, as the page does while somebody draws; those that hurry ask
again the moment they are answered, so that their times are those of a server with all it can do.
"""

import argparse
import asyncio
import datetime
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from inkdigits.data.uci import load_uci
from inkdigits.training.environment import processor_name
from inkdigits.version import __version__

Place = tuple[str, int]
"""Host and port."""


@contextmanager
def server() -> Iterator[tuple[Place, float]]:
    """Run `inkdigits serve --read-only`; yields where, and the seconds to its first answer."""
    with tempfile.TemporaryDirectory() as folder:
        start_s = time.perf_counter()
        command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--read-only"]
        with subprocess.Popen([*command, "--data-dir", folder], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
            try:
                assert process.stdout is not None
                parts = urlsplit(process.stdout.readline().split()[0])
                place = (str(parts.hostname), int(parts.port or 80))
                asyncio.run(ask_once(place, request(place, digits(1)[0])))
                yield place, time.perf_counter() - start_s
            finally:
                process.terminate()


def digits(count: int) -> list[bytes]:
    """Return bodies for /v1/digits, one real digit each."""
    return [json.dumps([image.tolist()], separators=(",", ":")).encode() for image in load_uci().test.images[:count]]


def request(place: Place, body: bytes, path: str = "/v1/digits") -> bytes:
    """Return a whole request."""
    head = f"POST {path} HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> bytes:
    """Ask on an open connection and return the body of the answer; anything but 200 is an error."""
    writer.write(content)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{head!r} {body!r}")
    return body


async def ask_once(place: Place, content: bytes) -> bytes:
    """Ask on a connection of its own."""
    reader, writer = await asyncio.open_connection(*place)
    try:
        return await ask(reader, writer, content)
    finally:
        writer.close()


async def clients(
    place: Place, contents: list[bytes], count: int, duration_s: float, period_s: float = 0.0
) -> list[float]:
    """Let `count` clients ask for a while; returns the seconds of every answer."""
    times: list[float] = []
    end_s = time.perf_counter() + duration_s

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection(*place)
        await asyncio.sleep(period_s * number / count)
        for content in itertools.islice(itertools.cycle(contents), number, None):
            start_s = time.perf_counter()
            if start_s >= end_s:
                break
            await ask(reader, writer, content)
            took_s = time.perf_counter() - start_s
            times.append(took_s)
            if period_s:
                await asyncio.sleep(max(0.0, period_s - took_s))
        writer.close()

    await asyncio.gather(*(one(number) for number in range(count)))
    return times


def figures(times: list[float], duration_s: float) -> dict[str, float]:
    """Return percentiles in milliseconds and answers a second."""
    p50, p99, worst = np.percentile(times, [50, 99, 100]) * 1000
    return {
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "worst_ms": round(float(worst), 2),
        "per_s": round(len(times) / duration_s, 1),
        "answers": len(times),
    }


async def memory_mib(place: Place) -> float:
    """Return the memory that the server holds, by its own metrics."""
    content = f"GET /metrics HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\n\r\n".encode()
    text = (await ask_once(place, content)).decode()
    line = next(line for line in text.splitlines() if line.startswith("process_resident_memory_bytes "))
    return float(line.split()[1]) / 2**20


def measure(seconds: float) -> dict[str, Any]:
    """Run all measurements."""
    starts = []
    for _ in range(4):
        with server() as (_, start_s):
            starts.append(round(start_s, 2))
    with server() as (place, _):
        single = [request(place, body) for body in digits(100)]
        batch = [json.dumps([json.loads(body)[0] for body in digits(256)]).encode()]
        results: dict[str, Any] = {"start_s": starts[1:], "start_after_install_s": starts[0]}
        asyncio.run(clients(place, single, 8, 2))
        results["32 clients that draw"] = figures(asyncio.run(clients(place, single, 32, 10, 0.1)), 10)
        results["32 clients that hurry"] = figures(asyncio.run(clients(place, single, 32, 10)), 10)
        batches = figures(asyncio.run(clients(place, [request(place, batch[0])], 2, 10)), 10)
        results["batches of 256"] = batches | {"digits_per_s": round(256 * batches["per_s"])}
        before = asyncio.run(memory_mib(place))
        middle_and_end = []
        for _ in range(2):
            times = asyncio.run(clients(place, single, 64, seconds / 2))
            middle_and_end.append((times, asyncio.run(memory_mib(place))))
        everything = [took for times, _ in middle_and_end for took in times]
        results["64 clients that hurry"] = figures(everything, seconds) | {
            "memory_mib": [round(value, 1) for value in (before, *(memory for _, memory in middle_and_end))]
        }
    return results


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
    title = f"# Serving, {record['date']}"
    machine = f"inkdigits {__version__}, {record['processor']}, {record['cores']} cores, load before {load:.2f}."
    rows = [f"| {name} | {json.dumps(value)[1:-1]} |" for name, value in record.items() if isinstance(value, dict)]
    starts = f"Start to first answer: {', '.join(map(str, record['start_s']))} s."
    text = "\n".join([title, "", machine, "", starts, "", "| | |", "|---|---|", *rows, ""])
    print(text)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"serving-{record['date']}"
    path.with_suffix(".md").write_text(text, "utf-8")
    path.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
