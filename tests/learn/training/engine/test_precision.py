"""The precision of a training: its choice, its record, denormals."""

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
from inkdigits.learn.training.engine.precision import choose_precision, processor_flags, supports_bf16

CPU = torch.device("cpu")
PLAIN = {"schedule": {"name": "constant"}, "early_stopping": False}


def test_flags_of_the_first_processor(tmp_path):
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
    assert choose_precision("auto", large, CPU) == ("bf16" if supports_bf16(CPU) else "fp32")
    assert choose_precision("bf16", small, CPU) == "bf16"
    assert choose_precision("fp32", large, CPU) == "fp32"
    with pytest.raises(RunError, match="auto, fp32 or bf16"):
        choose_precision("fp16", small, CPU)


@pytest.mark.parametrize("layers", ["convolutions", "dense"])
def test_bf16_trains_alike_and_weights_stay_float32(train_small, layers):
    changes = PLAIN | ({"layers": two_dense(units=200)} if layers == "dense" else {})
    fp32 = train_small(small_recipe(**changes), "fp32", precision="fp32")
    bf16 = train_small(small_recipe(**changes), "bf16", precision="bf16")
    assert bf16.history["loss"] == pytest.approx(fp32.history["loss"], rel=0.05)
    assert bf16.history["loss"] != fp32.history["loss"]
    assert {value.dtype for name, value in bf16.weights().items() if "batches" not in name} == {np.dtype(np.float32)}


def two_dense(units):
    """Return layers whose first is large enough for bf16 with 120 units or more, in batches of 64."""
    first = {"type": "dense", "units": units, "activation": "relu"}
    return [{"type": "flatten"}, first, {"type": "dense", "units": 10, "activation": "softmax"}]


def test_the_choice_is_recorded_and_kept_by_a_resumed_run(train_small):
    train_small(small_recipe(epochs=1, **PLAIN), "cut", precision="bf16", threads=1)
    longer = train_small(small_recipe(epochs=2, **PLAIN), "cut", resume=True)
    whole = train_small(small_recipe(epochs=2, **PLAIN), "whole", precision="bf16", threads=1)
    environment = longer.read_json("environment.json")
    assert (environment["precision"], environment["threads"]) == ("bfloat16", 1)
    assert (longer.path / "weights.safetensors").read_bytes() == (whole.path / "weights.safetensors").read_bytes()


def test_a_run_is_not_resumed_in_another_precision(train_small):
    train_small(small_recipe(epochs=1, **PLAIN), precision="fp32")
    with pytest.raises(RunError, match="was trained in fp32"):
        train_small(small_recipe(epochs=2, **PLAIN), resume=True, precision="bf16")


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="other processors may not support it")
def test_denormals_are_flushed_during_training_only(tmp_path):
    """In a new process, in which the training starts torch's threads."""
    program = """
import json, sys
import torch
from torch import nn
import inkdigits
def denormals_left(count):
    return int(torch.full((count,), torch.finfo(torch.float32).tiny).div(2).count_nonzero())
class Spy(nn.Sequential):
    def forward(self, pictures):
        found.append(denormals_left(1_000_000))
        return super().forward(pictures)
network, found = Spy(nn.Flatten(), nn.Linear(784, 10)), []
changes = {"epochs": 1, "watch_test": False}
inkdigits.train("softmax", "uci", out=sys.argv[1], network=network, changes=changes, progress=False, threads=2)
print(json.dumps([found, denormals_left(1)]))
"""
    command = [sys.executable, "-c", program, str(tmp_path / "run")]
    during, after = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert during
    assert not any(during)
    assert after == 1
