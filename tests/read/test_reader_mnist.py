"""Writing that no network has learned from, composed of MNIST test digits."""

import numpy as np
import pytest

from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet

pytestmark = pytest.mark.mnist


@pytest.fixture(scope="module")
def mnist_test(mnist_folder):
    from inkdigits.data.load import load

    return load("mnist", data_dir=mnist_folder).test


@pytest.mark.parametrize(
    ("plan", "least"),
    [
        (SheetPlan(lines=5, length=6, height=40), 0.8),
        (SheetPlan(lines=5, length=5, height=28, ruled=True), 0.75),
        (SheetPlan(lines=5, length=8, height=70, gap=0.0), 0.55),
        (SheetPlan(lines=2, length=4, height=200), 0.75),
        (SheetPlan(lines=4, length=6, height=50, tails=0.6), 0.65),
    ],
)
def test_sheets(reader, mnist_test, plan, least):
    right = total = 0
    for seed in range(4):
        generator = np.random.default_rng(seed)
        picture, text = compose_sheet(plan, mnist_test.images, mnist_test.labels, generator)
        found = reader.read(picture, min_confidence=0).text.splitlines()
        right += sum(line in found for line in text.splitlines())
        total += plan.lines
    assert right / total >= least


def test_single_digits_in_their_form(reader, mnist_test):
    answers = reader.read_digits(mnist_test.images[:2000]).argmax(axis=1)
    assert (answers == mnist_test.labels[:2000]).mean() > 0.985


def test_single_digits_as_pictures_in_both_polarities(reader, mnist_test):
    right = 0
    for image, label in zip(mnist_test.images[:60], mnist_test.labels[:60], strict=True):
        for form in (image, 255 - image):
            right += reader.read(form, single=True, min_confidence=0).text == str(label)
    assert right >= 116
