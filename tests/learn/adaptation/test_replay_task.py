import copy

import numpy as np
import onnx
import pytest
import torch

from helpers.odd_digits import BARRED_2, draw_normalized
from inkdigits.data.load import load
from inkdigits.learn.adaptation.data import NEGATIVE, LabelledImages
from inkdigits.learn.adaptation.replay_task import BATCH_SIZE, ReplayTask
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.read.reader import Reader
from inkdigits.recipes import load_recipe


@pytest.fixture(scope="module")
def uci():
    return load("uci")


@pytest.fixture(scope="module")
def network():
    return OnnxBackedModule(onnx.load(Reader().digit_network.path))


@pytest.fixture
def make_task(uci, network):
    def make(labels, seed=1):
        corrections = LabelledImages(draw_normalized(BARRED_2, len(labels), seed=1), np.array(labels))
        return ReplayTask(corrections, uci.train, network, load_recipe("reader").augmentation, seed=seed)

    return make


def test_a_batch_holds_every_kind(make_task, network):
    task = make_task([2, 2, NEGATIVE])
    batch = task.batch(0)
    teacher, labels = batch.targets.teacher, batch.targets.labels
    assert set(labels.tolist()) == {2}
    assert len(teacher) > len(labels)
    assert batch.examples == len(teacher) + len(labels)
    assert len(batch.pictures) == BATCH_SIZE > batch.examples
    loss = task.loss(network(batch.pictures), batch)
    assert loss.isfinite()
    assert loss > 0.1  # the replayed pictures pull nowhere yet, the corrections do


def test_a_batch_is_a_function_of_the_seed_and_the_step(make_task):
    def pictures(task, step):
        torch.manual_seed(0)  # the augmentation draws from torch's random state, which checkpoints keep
        return task.batch(step).pictures

    task, again = make_task([2, 2, NEGATIVE]), make_task([2, 2, NEGATIVE])
    pictures(again, 3)
    assert torch.equal(pictures(task, 7), pictures(again, 7))
    assert not torch.equal(pictures(task, 7), pictures(task, 8))
    assert not torch.equal(pictures(task, 7), pictures(make_task([2, 2, NEGATIVE], seed=2), 7))


@pytest.mark.parametrize(("labels", "kinds"), [([2, 2], {2}), ([NEGATIVE], set())])
def test_corrections_may_be_of_one_kind(make_task, network, labels, kinds):
    task = make_task(labels)
    batch = task.batch(0)
    assert set(batch.targets.labels.tolist()) == kinds
    assert task.loss(network(batch.pictures), batch) > 0.1


def test_answers_are_right_that_agree_with_teacher_and_labels(make_task, network):
    task = make_task([2, 2, NEGATIVE])
    batch = task.batch(0)
    logits = network(batch.pictures).detach()
    replayed = len(batch.targets.teacher)
    logits[replayed : batch.examples] = torch.nn.functional.one_hot(batch.targets.labels, 10).float()
    assert int(task.correct(logits, batch)) == batch.examples
    logits[0] = -logits[0]
    assert int(task.correct(logits, batch)) == batch.examples - 1


def test_the_teacher_gets_no_gradient(make_task, network):
    student = copy.deepcopy(network)
    task = make_task([2])
    batch = task.batch(0)
    task.loss(student(batch.pictures), batch).backward()
    assert all(parameter.grad is None for parameter in network.parameters())
    assert any(parameter.grad is not None for parameter in student.parameters())


def test_a_network_is_scored_on_digits_as_they_are(make_task, network, uci):
    score = make_task([2]).score(network, uci.test)
    assert score.examples == len(uci.test)
    assert score.accuracy > 0.9
