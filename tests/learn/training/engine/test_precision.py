"""What a training computes with: precision, threads, memory."""

import json
import platform
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from inkdigits.core.errors import RunError
from inkdigits.learn.training.engine.precision import choose_precision, multiplies_bf16, processor_flags
from inkdigits.learn.training.engine.trainer import choose_threads

CPU = torch.device("cpu")
PLAIN = {"schedule": {"name": "constant"}, "early_stopping": False}


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_flags_are_those_of_the_first_processor(tmp_path):
    path = tmp_path / "cpuinfo"
    path.write_text("model name\t: a\nflags\t\t: fpu amx_bf16\nmodel name\t: a\nflags\t\t: fpu\n")
    assert processor_flags(path) == {"fpu", "amx_bf16"}
    path.write_text("Features\t: fp asimd\n")
    assert processor_flags(path) == frozenset()
    assert processor_flags(tmp_path / "none") == frozenset()


def dense(units):
    return nn.Sequential(nn.Flatten(), nn.Linear(784, units), nn.ReLU(), nn.Linear(units, 10))


def convolutions(filters):
    return nn.Sequential(nn.Conv2d(1, filters, 5), nn.Conv2d(filters, filters, 5), nn.Flatten(), nn.Linear(400, 10))


@pytest.mark.parametrize(("small", "large"), [(dense(100), dense(189)), (convolutions(24), convolutions(26))])
def test_bf16_is_chosen_by_hardware_and_size(small, large):
    assert choose_precision("auto", small, CPU) == "fp32"
    assert choose_precision("auto", large, CPU) == ("bf16" if multiplies_bf16(CPU) else "fp32")
    assert choose_precision("bf16", small, CPU) == "bf16"
    assert choose_precision("fp32", large, CPU) == "fp32"
    with pytest.raises(RunError, match="auto, fp32 or bf16"):
        choose_precision("fp16", small, CPU)


@pytest.mark.parametrize("layers", ["convolutions", "dense"])
def test_bf16_learns_the_same_with_weights_in_float32(train_small, layers):
    changes = PLAIN | ({"layers": two_dense(units=200)} if layers == "dense" else {})
    single = train_small(small_recipe(**changes), "single", precision="fp32")
    half = train_small(small_recipe(**changes), "half", precision="bf16")
    assert half.history["loss"] == pytest.approx(single.history["loss"], rel=0.05)
    assert half.history["loss"] != single.history["loss"]
    assert {value.dtype for name, value in half.weights().items() if "batches" not in name} == {np.dtype(np.float32)}


def two_dense(units):
    """Of 64 digits a first product large enough to be rounded, for 120 units and more."""
    first = {"type": "dense", "units": units, "activation": "relu"}
    return [{"type": "flatten"}, first, {"type": "dense", "units": 10, "activation": "softmax"}]


def load_dense():
    return [{"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}]


def test_the_choice_is_recorded_and_kept_when_a_run_goes_on(train_small):
    train_small(small_recipe(epochs=1, **PLAIN), "cut", precision="bf16", threads=1)
    longer = train_small(small_recipe(epochs=2, **PLAIN), "cut", resume=True)
    whole = train_small(small_recipe(epochs=2, **PLAIN), "whole", precision="bf16", threads=1)
    environment = longer.read_json("environment.json")
    assert (environment["precision"], environment["threads"]) == ("bfloat16", 1)
    assert (longer.path / "weights.safetensors").read_bytes() == (whole.path / "weights.safetensors").read_bytes()


def test_a_run_does_not_go_on_in_another_precision(train_small):
    train_small(small_recipe(epochs=1, **PLAIN), precision="fp32")
    with pytest.raises(RunError, match="was trained in fp32"):
        train_small(small_recipe(epochs=2, **PLAIN), resume=True, precision="bf16")


def test_the_number_of_threads_is_asked_for_and_given_back(train_small):
    before = torch.get_num_threads()
    run = train_small(small_recipe(epochs=1, **PLAIN), threads=before + 1)
    assert run.read_json("environment.json")["threads"] == before + 1
    assert torch.get_num_threads() == before
    with pytest.raises(RunError, match="0 threads"):
        train_small(small_recipe(epochs=1, **PLAIN), "none", threads=0)


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="other processors may not let it be chosen")
def test_denormals_are_zeros_while_training_and_only_then(tmp_path):
    """In a process of its own, where it is training that begins torch's threads."""
    program = """
import json, sys
import torch
from torch import nn
import inkdigits
def left(count):
    return int(torch.full((count,), torch.finfo(torch.float32).tiny).div(2).count_nonzero())
class Spy(nn.Sequential):
    def forward(self, pictures):
        found.append(left(1_000_000))
        return super().forward(pictures)
network, found = Spy(nn.Flatten(), nn.Linear(784, 10)), []
changes = {"epochs": 1, "watch_test": False}
inkdigits.train("softmax", "uci", out=sys.argv[1], network=network, changes=changes, progress=False, threads=2)
print(json.dumps([found, left(1)]))
"""
    command = [sys.executable, "-c", program, str(tmp_path / "run")]
    during, after = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert during
    assert not any(during)
    assert after == 1


@pytest.mark.skipif(sys.platform != "linux", reason="tells how memory is kept on glibc")
def test_freed_memory_is_kept():
    """In a process of its own: 100 MiB in pieces that glibc would otherwise give back are still held once freed."""
    program = """
import json
from inkdigits.learn.training.engine.allocator import keep_freed_memory
def held():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
granted, before = keep_freed_memory(), held()
pieces = [bytearray(10 * 2**20) for _ in range(10)]
del pieces
print(json.dumps([granted, held() - before]))
"""
    granted, kept = json.loads(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout)
    if granted:
        assert kept > 90


def test_tiny_dense_networks_are_not_shared_among_threads(train_small, two_threads):
    dense = PLAIN | {"epochs": 1, "layers": load_dense()}
    tiny = train_small(small_recipe(**dense), "tiny")
    asked = train_small(small_recipe(**dense), "asked", threads=2)
    assert [run.read_json("environment.json")["threads"] for run in (tiny, asked)] == [1, 2]
    assert torch.get_num_threads() == 2


def test_larger_networks_and_convolutions_take_all_threads():
    large = nn.Sequential(nn.Flatten(), nn.Linear(784, 100))
    convolution = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))
    assert [choose_threads(None, network, CPU) for network in (large, convolution)] == [None, None]
