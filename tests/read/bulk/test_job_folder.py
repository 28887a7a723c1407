"""Jobs that are killed at any moment, and resumed: every picture once, nothing torn."""

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
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

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="finds the processes of a job in /proc")


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


def test_ctrl_c_keeps_what_was_read(many, undisturbed, tmp_path, rows):
    out = tmp_path / "a.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "inkdigits", "read", many, "--single", "--out", out, "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert await_rows(process, out, 8)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 130
    assert "go on with --resume" in stderr
    saved = sum(part.size for part in JobFolder(out).parts())
    assert 8 <= saved < 40
    done = inkdigits.read_many(str(many), out, workers=2, single=True, resume=True)
    assert without_seconds(rows(done.out)) == undisturbed


def test_a_picture_that_kills_its_process_three_times_is_a_row(digits, tmp_path, rows, monkeypatch):
    pytest.importorskip("fsspec")
    (tmp_path / "sitecustomize.py").write_text(
        textwrap.dedent("""
            import os, signal
            import fsspec
            class Deadly(fsspec.AbstractFileSystem):
                protocol = "deadly"
                def _open(self, path, *args, **kwargs):
                    os.kill(os.getpid(), signal.SIGKILL)
            fsspec.register_implementation("deadly", Deadly)
        """)
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    (digits / "list.txt").write_text("digit-1.png\ndeadly://picture.png\ndigit-2.png\n")
    done = inkdigits.read_many(digits / "list.txt", tmp_path / "a.jsonl", workers=1, single=True)
    before, deadly, after = rows(done.out)
    assert (done.errors, done.deaths) == (1, 3)
    assert (before["error"], after["error"]) == (None, None)
    assert "ended the process that read it 3 times (exit status -9)" in deadly["error"]


def test_a_stopped_job_is_only_resumed_as_it_was_started(many, undisturbed, tmp_path, rows):
    out = tmp_path / "a.jsonl"
    process = start(many, out)
    assert await_rows(process, out, 4)
    process.kill()
    process.wait()
    with pytest.raises(RunError, match=r"a\.jsonl\.parts has what was read .* add --resume"):
        inkdigits.read_many(str(many), out, single=True)
    with pytest.raises(RunError, match="was started with single = True, not False"):
        inkdigits.read_many(str(many), out, resume=True)
    with pytest.raises(RunError, match="was started with paths"):
        inkdigits.read_many(str(many / "digit-1.png"), out, single=True, resume=True)
    part = JobFolder(out).parts()[0]
    part.path.write_bytes(part.path.read_bytes()[:-5])  # a broken disk
    with pytest.raises(StorageError, match="read its pictures again with --resume"):
        inkdigits.read_many(str(many), out, single=True, resume=True)
    done = inkdigits.read_many(str(many), out, single=True, resume=True)
    assert without_seconds(rows(done.out)) == undisturbed


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
