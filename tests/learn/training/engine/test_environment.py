"""Threads and memory of the process that trains."""

import json
import subprocess
import sys

import pytest
import torch

from helpers.recipes import small_recipe
from inkdigits.core.errors import RunError

PLAIN = {"schedule": {"name": "constant"}, "early_stopping": False}


def test_the_number_of_threads_is_set_and_restored(train_small):
    before = torch.get_num_threads()
    run = train_small(small_recipe(epochs=1, **PLAIN), threads=before + 1)
    assert run.read_json("environment.json")["threads"] == before + 1
    assert torch.get_num_threads() == before
    with pytest.raises(RunError, match="0 threads"):
        train_small(small_recipe(epochs=1, **PLAIN), "none", threads=0)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps freed memory")
def test_freed_memory_is_kept():
    """In a new process: 100 MiB in pieces that glibc gives back by default stay with the process."""
    program = """
import json
from inkdigits.learn.training.engine.environment import keep_freed_memory
def resident():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
accepted, before = keep_freed_memory(), resident()
pieces = [bytearray(10 * 2**20) for _ in range(10)]
del pieces
print(json.dumps([accepted, resident() - before]))
"""
    accepted, kept = json.loads(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout)
    if accepted:
        assert kept > 90
