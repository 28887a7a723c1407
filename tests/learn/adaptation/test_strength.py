import copy

import onnx
import pytest
import torch

from inkdigits.learn.adaptation.strength import choose_strength
from inkdigits.learn.adaptation.trained_network import TrainedNetwork
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.read.reader import Reader

IMAGES = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(1)).numpy()


@pytest.fixture(scope="module")
def trained():
    base = Reader().digit_network
    module = OnnxBackedModule(onnx.load_from_string(base.content))
    learned = {name: value * 1.25 for name, value in copy.deepcopy(module.state_dict()).items()}
    return TrainedNetwork(base, learned)


def test_a_strength_is_that_far_from_old_to_new(trained, tmp_path):
    old, half, new = (trained.write(strength, tmp_path / f"{strength}.onnx") for strength in (0, 0.5, 1))
    assert old.run(IMAGES) == pytest.approx(trained.base.run(IMAGES), abs=1e-5)
    weights = [OnnxBackedModule(onnx.load(one.path)).state_dict() for one in (old, half, new)]
    for before, between, after in zip(*(one.values() for one in weights), strict=True):
        if not before.is_floating_point():
            continue  # how many batches a batch norm saw
        assert torch.allclose(between, (before + after) / 2, atol=2e-3)
    assert abs(new.run(IMAGES) - old.run(IMAGES)).max() > 0.1 * abs(old.run(IMAGES)).max()


@pytest.mark.parametrize(
    ("wrong", "chosen"), [((0, 0), 1.0), ((0, 9, 0), 0.75), ((0, 9, 9, 9, 2), 0.25), ((0, 9, 9, 9, 9), 0.0)]
)
def test_the_best_is_chosen_that_does_not_forget(trained, wrong, chosen):
    gains, answers = iter([0.9, 0.8, 0.7, 0.6, 0.1]), iter(wrong)
    assert choose_strength([trained], lambda _: next(gains), lambda _: next(answers), max_lost=2) == chosen
    assert list(answers) == [], "it is asked as seldom as can be"


def test_what_reads_the_holdout_best_comes_first(trained):
    gains, answers = iter([0.3, 0.8, 0.9, 0.2, 0.25]), iter([4, 7, 5])
    assert choose_strength([trained], lambda _: next(gains), lambda _: next(answers), max_lost=2) == 0.75


def test_where_nothing_is_better_the_old_network_stays(trained):
    gains = iter([0.4, 0.5, 0.3, 0.2, 0.5])
    assert choose_strength([trained], lambda _: next(gains), lambda _: 0, max_lost=9) == 0.0
