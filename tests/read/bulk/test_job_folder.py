"""Jobs that are killed at any moment, and resumed: every picture once, nothing torn."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

import inkdigits
from helpers.files import draw_digit
from helpers.pictures import to_png
from inkdigits.core.errors import RunError, StorageError
from inkdigits.read.bulk.job_folder import JobFolder

JOB = "import sys, inkdigits; inkdigits.read_many(sys.argv[1], sys.argv[2], workers=2, single=True, resume=True)"

INTERRUPTIBLE = """
import signal, sys
from inkdigits.cli.app import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
sys.argv[:] = sys.argv[1:]
main()
"""

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="finds the processes of a job in /proc")


ADDRESSES = """
import io, os, signal, time
from pathlib import Path
import fsspec

class Deadly(fsspec.AbstractFileSystem):
    protocol = "deadly"

    def _open(self, path, *args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

class Waiting(fsspec.AbstractFileSystem):
    protocol = "waiting"

    def _open(self, path, *args, **kwargs):
        while not Path(path).exists():
            time.sleep(0.01)
        return io.BytesIO(Path(path).read_bytes())

fsspec.register_implementation("deadly", Deadly)
fsspec.register_implementation("waiting", Waiting)
"""
"""Addresses in the processes of a job: a picture that kills its process, and one that waits until a file is there."""


def start(folder, out):
    return subprocess.Popen([sys.executable, "-c", JOB, str(folder), str(out)], stderr=subprocess.DEVNULL)


def children(process):
    """Return the ids of the processes that a process has started and that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process.pid and state != "Z":
                found.append(int(path.parent.name))
    return found


def is_worker(number):
    try:
        return b"bulk.worker" in Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return False


def await_end(workers):
    """Wait until processes have noticed that the one that started them is gone."""
    while any(map(is_worker, workers)):
        time.sleep(0.01)


def await_rows(process, out, count):
    """Wait until a job has saved so many rows, or has ended; return whether it still runs."""
    job = JobFolder(out)
    while process.poll() is None:
        if job.exists and sum(part.size for part in job.parts()) >= count:
            return True
        time.sleep(0.002)
    return False


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A folder with 40 pictures."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(40):
        (folder / f"digit-{number}.png").write_bytes(to_png(draw_digit(number % 10, 40 + number)))
    return folder


@pytest.fixture(scope="module")
def undisturbed(many, tmp_path_factory, rows):
    """The rows of these pictures without a kill."""
    out = tmp_path_factory.mktemp("out") / "undisturbed.jsonl"
    return without_seconds(rows(inkdigits.read_many(many, out, workers=1, single=True).out))


def lines(path):
    return path.read_text().splitlines()


def without_seconds(rows):
    return [{**row, "seconds": 0} for row in rows]


def test_killed_at_random_moments(many, undisturbed, tmp_path, rows):
    out, chance = tmp_path / "a.jsonl", random.Random(5)
    driver_kills = worker_kills = 0
    while not out.exists():
        process = start(many, out)
        job = JobFolder(out)
        done = sum(part.size for part in job.parts()) if job.exists else 0
        workers = []
        if driver_kills < 2 and await_rows(process, out, done + chance.randint(1, 12)):
            workers = children(process)
            process.kill()
            driver_kills += 1
        elif not worker_kills and await_rows(process, out, done + 1):
            for worker in children(process)[:1]:
                os.kill(worker, signal.SIGKILL)
                worker_kills += 1
        process.wait()
        await_end(workers)
    assert driver_kills == 2
    assert without_seconds(rows(out)) == undisturbed
    assert not JobFolder(out).path.exists()


@pytest.fixture
def gated(many, tmp_path, monkeypatch):
    """A list of pictures, one of which can't be read before a gate is opened; and the gate."""
    pytest.importorskip("fsspec")
    (tmp_path / "sitecustomize.py").write_text(ADDRESSES)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    gate = tmp_path / "gate.png"
    names = [str(many / f"digit-{number}.png") for number in range(16)]
    (tmp_path / "list.txt").write_text("\n".join([*names[:8], f"waiting://{gate}", *names[8:]]))
    return tmp_path / "list.txt", gate


def test_ctrl_c_keeps_what_was_read(gated, many, tmp_path, rows):
    (listed, gate), out = gated, tmp_path / "a.jsonl"
    arguments = ["inkdigits", "read", str(listed), "--single", "--out", str(out), "--workers", "2"]
    process = subprocess.Popen([sys.executable, "-c", INTERRUPTIBLE, *arguments], stderr=subprocess.PIPE, text=True)
    assert await_rows(process, out, 8)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 130
    assert "go on with --resume" in stderr
    saved = sum(part.size for part in JobFolder(out).parts())
    assert 8 <= saved < 17
    gate.write_bytes((many / "digit-0.png").read_bytes())
    done = inkdigits.read_many(str(listed), out, workers=1, single=True, resume=True)
    found = rows(done.out)
    assert [row["source"].rpartition("/")[2] for row in found] == [line.rpartition("/")[2] for line in lines(listed)]
    assert not any(row["error"] for row in found)


def test_a_picture_that_kills_its_process_three_times_is_a_row(gated, many, tmp_path, rows):
    names = [str(many / "digit-1.png"), "deadly://picture.png", str(many / "digit-2.png")]
    (tmp_path / "list.txt").write_text("\n".join(names))
    done = inkdigits.read_many(tmp_path / "list.txt", tmp_path / "a.jsonl", workers=1, single=True)
    before, deadly, after = rows(done.out)
    assert (done.errors, done.deaths) == (1, 3)
    assert (before["error"], after["error"]) == (None, None)
    assert "crashed the process that read it 3 times (exit status -9)" in deadly["error"]


def test_a_stopped_job_is_only_resumed_as_it_was_started(gated, many, tmp_path, rows):
    (listed, gate), out = gated, tmp_path / "a.jsonl"
    process = start(listed, out)
    assert await_rows(process, out, 4)
    workers = children(process)
    process.kill()
    process.wait()
    await_end(workers)
    with pytest.raises(RunError, match=r"a\.jsonl\.parts has the answers of an unfinished job .* add --resume"):
        inkdigits.read_many(str(listed), out, single=True)
    with pytest.raises(RunError, match="was started with single = True, not False"):
        inkdigits.read_many(str(listed), out, resume=True)
    with pytest.raises(RunError, match="was started with paths"):
        inkdigits.read_many(str(many / "digit-1.png"), out, single=True, resume=True)
    gate.write_bytes((many / "digit-0.png").read_bytes())
    part = JobFolder(out).parts()[0]
    part.path.write_bytes(part.path.read_bytes()[:-5])  # a broken disk
    with pytest.raises(StorageError, match="read its pictures again with --resume"):
        inkdigits.read_many(str(listed), out, workers=1, single=True, resume=True)
    done = inkdigits.read_many(str(listed), out, workers=1, single=True, resume=True)
    assert len({row["source"] for row in rows(done.out)}) == len(rows(done.out)) == 17


def test_two_at_once(many, tmp_path):
    out = tmp_path / "a.jsonl"
    with JobFolder(out).lock(), pytest.raises(StorageError, match=r"another process is writing .*a\.jsonl"):
        inkdigits.read_many(many, out, single=True)


def test_a_finished_job_is_not_done_again(digits, tmp_path, capsys):
    out = inkdigits.read_many(digits, tmp_path / "a.jsonl", single=True).out
    before = out.stat().st_mtime_ns
    inkdigits.read_many(digits, out, single=True, resume=True)
    assert out.stat().st_mtime_ns == before
    assert "there is nothing to resume" in capsys.readouterr().err
    assert json.loads(out.read_text().splitlines()[0])
