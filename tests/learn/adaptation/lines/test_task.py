import copy

import numpy as np
import onnx
import pytest
import torch

from helpers.odd_lines import odd_lines
from inkdigits.data.load import load
from inkdigits.learn.adaptation.data import LabelledImages
from inkdigits.learn.adaptation.lines import task as line_task
from inkdigits.learn.adaptation.lines.examples import LineExample, find_examples
from inkdigits.learn.adaptation.lines.task import BATCH_SIZE, LineReplayTask, vary_line
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.read.reader import Reader


@pytest.fixture(scope="module")
def uci():
    return load("uci")


@pytest.fixture(scope="module")
def network():
    return OnnxBackedModule(onnx.load(Reader().line_networks[0].path))


@pytest.fixture(scope="module")
def lines(uci):
    examples = []
    for picture, text in odd_lines(uci.train, 4, seed=1):
        found = find_examples(picture)[0]
        examples.append(LineExample(text, found.page, found.layout, found.line))
    return examples


@pytest.fixture
def make_task(uci, network, monkeypatch):
    monkeypatch.setattr(line_task, "KNOWN_LINES", 10)

    def make(lines, seed=1):
        digits = LabelledImages(uci.train.images[:30], uci.train.labels[:30])
        return LineReplayTask(lines, digits, uci.train, uci.train, network, signs=True, seed=seed)

    return make


def test_a_batch_holds_lines_to_learn_and_the_teachers_answers(make_task, lines, network):
    batch = make_task(lines).batch(0)
    texts, teacher = batch.targets
    assert len(batch.pictures) == BATCH_SIZE == batch.examples + len(teacher)
    assert len(texts) == batch.examples
    assert {"".join(map(str, text)) for text in texts[:8]} <= {line.text for line in lines}
    assert torch.allclose(network(batch.pictures)[batch.examples :], teacher, atol=1e-4)


def test_without_lines_all_are_composed_of_the_digits(make_task):
    assert make_task([]).batch(0).examples == make_task([]).batch(1).examples > 10


def test_a_batch_is_a_function_of_the_seed_and_the_step(make_task, lines):
    task, again = make_task(lines), make_task(lines)
    again.batch(3)
    assert torch.equal(task.batch(7).pictures, again.batch(7).pictures)
    assert not torch.equal(task.batch(7).pictures[:4, :, :, :64], task.batch(8).pictures[:4, :, :, :64])


def test_the_loss_is_of_the_texts_while_student_and_teacher_are_the_same(make_task, lines, network):
    task = make_task(lines)
    batch = task.batch(0)
    logits = network(batch.pictures).detach()
    loss = task.loss(logits, batch)
    assert loss > 0.1
    logits[batch.examples :] += torch.randn_like(logits[batch.examples :])
    assert task.loss(logits, batch) > loss + 0.1


def test_the_teacher_gets_no_gradient(make_task, lines, network):
    student = copy.deepcopy(network)
    task = make_task(lines)
    batch = task.batch(0)
    task.loss(student(batch.pictures), batch).backward()
    assert all(parameter.grad is None for parameter in network.parameters())
    assert any(parameter.grad is not None for parameter in student.parameters())


def test_a_network_is_scored_on_a_batch(make_task, lines, network, uci):
    score = make_task(lines).score(network, uci.test)
    assert score.examples == 12
    assert 0 <= score.accuracy <= 1


def test_a_varied_line_keeps_its_form_and_its_writing(lines):
    image = lines[0].views[3]
    varied = [vary_line(image, np.random.default_rng(seed)) for seed in range(8)]
    assert {(one.shape, one.dtype) for one in varied} == {(image.shape, image.dtype)}
    assert len({one.tobytes() for one in varied}) == 8
    for one in varied:
        assert np.corrcoef(one.ravel(), image.ravel())[0, 1] > 0.3
