"""What digits and lines have in common: they survive threads, processes and kill -9."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from inkdigits.corrections.lines import LineStore
from inkdigits.corrections.store import CorrectionStore

ADD = {
    CorrectionStore: "store.add(np.full((28, 28), 77, np.uint8), label='7', read='1')",
    LineStore: "store.add(np.full((50, 90), 77, np.uint8), text='12 7.-', read='127')",
}


@pytest.fixture(params=ADD)
def kind(request):
    return request.param


def start(kind, data_dir, body, **options):
    """Start a process with a store `store`."""
    code = (
        f"import sys, numpy as np\nfrom pathlib import Path\nfrom {kind.__module__} import {kind.__name__}\n"
        f"store = {kind.__name__}(Path(sys.argv[1]))\n{body}"
    )
    return subprocess.Popen([sys.executable, "-c", code, str(data_dir)], text=True, **options)


def test_several_threads_and_processes_may_write(kind, tmp_path):
    def fill():
        for _ in range(5):
            eval(ADD[kind], {"store": kind(tmp_path), "np": np})

    threads = [threading.Thread(target=fill) for _ in range(4)]
    with start(kind, tmp_path, f"for _ in range(10):\n    {ADD[kind]}") as process:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert process.wait(60) == 0
    assert sorted(record.id for record in kind(tmp_path).list()) == list(range(1, 31))


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
def test_kill_at_any_moment_loses_nothing_that_was_told(kind, tmp_path):
    body = (
        "while True:\n"
        f"    kept = {ADD[kind]}\n"
        "    print(kept.id, flush=True)\n"
        "    if kept.id % 3 == 0:\n"
        "        store.undo(kept.id)\n"
        "        print(-kept.id, flush=True)\n"
    )
    store = kind(tmp_path)
    told: set[int] = set()
    for lines in (1, 4, 9):
        process = start(kind, tmp_path, body, stdout=subprocess.PIPE)
        told |= {int(process.stdout.readline()) for _ in range(lines)}
        process.kill()
        told |= {int(line) for line in process.stdout}
        process.wait()
        process.stdout.close()
        standing = {record.id for record, image in store.images() if (image == 77).all()}
        assert {number for number in told if number > 0 and -number not in told} - standing <= {max(told)}
        # Only what was under way may differ from what was told: a record or an undo at the very end.
        assert len(standing - told) <= lines
        assert not {-number for number in told if number < 0} & standing
    assert eval(ADD[kind], {"store": store, "np": np}).id == max(standing | told) + 1
