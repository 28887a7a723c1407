import itertools

import numpy as np
import pytest
import torch

from helpers.recipes import small_recipe
from inkdigits.learn.training.tasks.lines import LineTask, count_correct, ctc_loss
from inkdigits.read.decoding.ctc import greedy_decode


def reference_decode(classes, blank):
    """Collapse repeats and drop blanks, class by class."""
    decoded, before = [], blank
    for label in classes:
        if label not in (before, blank):
            decoded.append(label)
        before = label
    return decoded


def decode_in_torch(logits):
    blank = logits.shape[2] - 1
    return [reference_decode(classes, blank) for classes in logits.argmax(dim=2).tolist()]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_greedy_decoding_of_logits_is_that_of_their_argmax(dtype):
    torch.manual_seed(0)
    logits = torch.randn(200, 60, 11).to(dtype)
    wanted = decode_in_torch(logits)
    assert [list(greedy_decode(line)) for line in logits.double().numpy()] == wanted
    assert count_correct(logits, wanted) == 200
    assert count_correct(logits, [*wanted[:150], *([11] for _ in range(50))]) == 150


def test_ties_are_decoded_as_the_first_class():
    """Every way for three classes to tie or differ over four steps."""
    steps = list(itertools.product([0.0, 1.0], repeat=3))
    logits = torch.tensor(list(itertools.product(steps, repeat=4)))
    wanted = decode_in_torch(logits)
    assert wanted[0] == [0]
    assert [list(greedy_decode(line)) for line in logits.double().numpy()] == wanted
    assert count_correct(logits, wanted) == len(logits)


def test_coarse_logits_tie_often_and_are_decoded_alike():
    logits = torch.from_numpy(np.random.default_rng(0).integers(0, 3, (300, 40, 11)).astype(np.float32))
    assert (logits.max(dim=2, keepdim=True).values == logits).sum(dim=2).gt(1).float().mean() > 0.5
    assert count_correct(logits, decode_in_torch(logits)) == 300


def test_a_batch_depends_on_seed_and_step_alone(digits):
    recipe = small_recipe(batch_size=4, augmentation=False)

    def batch(*steps, seed=1):
        task = LineTask(recipe, digits.train, seed=seed, device=torch.device("cpu"))
        return [task.batch(step) for step in steps][-1]

    straight, jumped, other = batch(3, 4, 5), batch(5), batch(5, seed=2)
    assert torch.equal(straight.pictures, jumped.pictures)
    assert straight.targets == jumped.targets
    assert straight.targets != other.targets
    assert straight.pictures.shape[:3] == (4, 1, 40)


def test_processes_compose_the_same_lines_as_a_thread_and_end_with_their_task(digits):
    recipe = small_recipe(batch_size=4, augmentation=False)

    def task(processes):
        return LineTask(recipe, digits.train, seed=1, device=torch.device("cpu"), processes=processes)

    alone, several = task(None), task(2)
    for step in (0, 1, 2, 3, 7):
        expected, found = alone.batch(step), several.batch(step)
        assert torch.equal(found.pictures, expected.pictures)
        assert found.targets == expected.targets


def test_the_loss_is_a_logarithm_a_digit():
    """Two steps and one class: of the four paths, three read as that class."""
    assert ctc_loss(torch.zeros(1, 2, 2), [[0]]).item() == pytest.approx(-np.log(3 / 4))
    assert ctc_loss(torch.zeros(2, 4, 2), [[0], [0, 0]]).item() == pytest.approx(
        -(np.log(10 / 16) + np.log(5 / 16) / 2) / 2
    )
