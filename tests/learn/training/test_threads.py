"""The number of threads: which networks get one, when it may change, and which number is used."""

import numpy as np
import pytest
import torch
from torch import nn

from inkdigits.data.dataset import Split
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.engine.matmul import choose_matmul
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.learn.training.threads import AdaptiveSteps, FasterThreads, choose_threads, may_change_threads
from inkdigits.recipes import load_recipe

CPU = torch.device("cpu")


def make_trainer(name="mlp-dropout", units=64):
    rng = np.random.default_rng(1)
    split = Split(rng.integers(0, 256, (60, 28, 28), np.uint8), np.arange(60) % 10)
    layers = [
        {"type": "flatten"},
        {"type": "dense", "units": units, "activation": "relu"},
        {"type": "dropout", "rate": 0.2},
        {"type": "dense", "units": 10, "activation": "softmax"},
    ]
    recipe = load_recipe(name, {"batch_size": 20, "layers": layers})
    torch.manual_seed(1)
    return Trainer(build_network(recipe, 10), recipe, make_task(recipe, split, seed=1, device=CPU), device=CPU)


def test_larger_networks_and_convolutions_may_use_all_threads():
    large = nn.Sequential(nn.Flatten(), nn.Linear(784, 100))
    convolution = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))
    assert [choose_threads(None, network, CPU) for network in (large, convolution)] == [None, None]


def same(one, other):
    return all(torch.equal(value, other[name]) for name, value in one.items())


class TestMayChangeThreads:
    def test_leaves_the_trainer_as_it_was(self, two_threads):
        trainer = make_trainer()
        trainer.step(0, 0.01)
        trainer.compute_step_metrics()
        before = trainer.state_dict()
        may_change_threads(trainer)
        assert same(before, trainer.state_dict())
        assert trainer.compute_step_metrics() == []
        assert torch.get_num_threads() == 2

    def test_is_true_only_where_the_bits_are_the_same(self, two_threads, monkeypatch):
        trainer = make_trainer()
        assert may_change_threads(trainer)
        step = trainer.step

        def differs_with_threads(number, learning_rate):
            step(number, learning_rate * (1 + 1e-6 * torch.get_num_threads()))

        monkeypatch.setattr(trainer, "step", differs_with_threads)
        assert not may_change_threads(trainer)

    def test_is_false_with_one_thread_and_for_convolutions(self, two_threads):
        convolution = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 26 * 26, 10))
        trainer = make_trainer()
        cnn = Trainer(convolution, load_recipe("softmax"), trainer.task, device=CPU)
        assert not may_change_threads(cnn)
        torch.set_num_threads(1)
        assert not may_change_threads(trainer)


@pytest.mark.parametrize("units", [4, 10, 16])
@pytest.mark.parametrize(("examples", "inputs"), [(100, 100), (200, 1000), (57, 392)])
def test_products_of_narrow_layers_are_the_same_bits_with_any_number_of_threads(two_threads, examples, inputs, units):
    generator = torch.Generator().manual_seed(1)
    x, weights, delta = (
        torch.randn(shape, generator=generator) for shape in ((examples, inputs), (units, inputs), (units, examples))
    )
    results = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        matmul = choose_matmul(examples * inputs * units, torch.float32, CPU)
        out = torch.empty(units, examples).T  # as `Buffers` keep few units
        gradients, input_gradients = torch.empty_like(weights), torch.empty_like(x)
        matmul.forward(x, weights, None, 1.0, out)
        matmul.backward(delta.T, x, weights, 1.0, gradients, input_gradients)
        results.append((out, gradients, input_gradients))
    assert all(torch.equal(one, other) for one, other in zip(*results, strict=True))


class Machine:
    """Steps that take as long as this machine would need; `seconds` by number of threads."""

    def __init__(self, seconds):
        self.seconds, self.spent, self.taken = dict(seconds), 0.0, []

    def run(self, choice, steps):
        self.taken = []
        for _ in range(steps):
            self.taken.append(choice.threads)
            self.spent += self.seconds[choice.threads]
            choice.note(self.seconds[choice.threads])


class TestFasterThreads:
    def test_several_are_used_where_they_are_faster(self):
        machine, choice = Machine({1: 0.005, 4: 0.003}), FasterThreads(4)
        machine.run(choice, 100)
        assert machine.taken[0] == 1
        machine.run(choice, 5000)
        assert machine.taken.count(4) > 0.9 * 5000

    def test_one_is_used_where_several_wait_for_each_other(self):
        machine, choice = Machine({1: 0.005, 4: 0.030}), FasterThreads(4)
        machine.run(choice, 5000)
        assert machine.spent < 1.06 * 5000 * 0.005  # trials included

    def test_a_machine_that_becomes_busy_is_noticed_within_a_second_and_one_that_becomes_free_too(self):
        machine, choice = Machine({1: 0.005, 4: 0.003}), FasterThreads(4)
        machine.run(choice, 2000)
        machine.seconds, machine.spent = {1: 0.007, 4: 0.030}, 0.0
        while choice.threads == 4:
            machine.run(choice, 1)
        machine.run(choice, 60)
        assert machine.spent < 1.5
        machine.run(choice, 2000)
        assert machine.taken.count(1) > 0.9 * 2000
        machine.seconds, machine.spent = {1: 0.005, 4: 0.003}, 0.0
        machine.run(choice, 2000)
        assert machine.taken[-1000:].count(4) > 900

    def test_a_slow_step_among_many_changes_nothing(self):
        machine, choice = Machine({1: 0.005, 4: 0.006}), FasterThreads(4)
        machine.run(choice, 1000)
        choice.note(0.050)
        machine.run(choice, 1000)
        assert machine.taken.count(1) > 0.9 * 1000


def test_a_training_whose_threads_change_comes_to_the_same_bits(two_threads):
    steady, changing = make_trainer(), make_trainer()
    torch.set_num_threads(1)
    torch.manual_seed(2)  # of dropout
    for number in range(80):
        steady.step(number, 0.01)
    torch.set_num_threads(2)
    torch.manual_seed(2)
    used: list[int] = []
    times = iter(range(1, 1000))
    spent = [0.0]

    def clock():
        """Steps with two threads seem to take half as long, until forty are taken."""
        if next(times) % 2 == 0:
            spent[0] += 0.01 if steps.threads == 1 or len(used) > 40 else 0.005
            used.append(steps.threads)
        return spent[0]

    steps = AdaptiveSteps(changing, clock)
    for number in range(80):
        steps.step(number, 0.01)
    assert set(used) == {1, 2}
    assert same(steady.state_dict(), changing.state_dict())
    assert torch.get_num_threads() == 2
