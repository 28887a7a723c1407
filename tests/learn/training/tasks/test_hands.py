from dataclasses import replace

import numpy as np
import pytest

from helpers.people import strokes_of
from helpers.recipes import small_recipe
from inkdigits.data.dataset import Provenance
from inkdigits.data.hands.crops import CropDigits, write_crops
from inkdigits.data.hands.strokes import StrokeDigits, write_strokes
from inkdigits.learn.synthesis.line_writer import LineWriter, OtherPeople
from inkdigits.learn.training.tasks.hands import folder_of, load_hands, with_people
from inkdigits.recipes import load_recipe

LABELS = np.tile(np.arange(10), 2)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two writers of each set, the second of whom is held back."""
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    writers = np.repeat([30, 31], 10).astype(np.int16)
    strokes = StrokeDigits(tuple(strokes_of(int(label)) for label in LABELS), LABELS, writers)
    write_strokes(tmp_path / "pendigits.npz", strokes)
    crop = np.zeros((30, 20), np.uint8)
    crop[2:28, 8:12] = 255
    writers = np.repeat([11, 12], 10).astype(np.int16)
    write_crops(tmp_path / "swiss_numbers.npz", CropDigits((crop,) * 20, np.full(20, 50), LABELS, writers))
    return tmp_path


def test_held_back_writers_are_not_learned_from(folder):
    hands = load_hands(folder)
    assert set(hands.strokes.writers) == {30}
    assert set(hands.crops.writers) == {11}
    assert (len(hands.pen_writers()), len(hands.picture_writers())) == (1, 1)


def test_single_digits_of_three_kinds(folder):
    kinds = load_hands(folder).draw(np.random.default_rng(0))
    assert [share for share, *_ in kinds] == pytest.approx([0.47, 0.47, 0.06])
    for _, images, labels in kinds:
        assert (images.shape[1:], images.dtype) == ((28, 28), np.uint8)
        assert set(labels) == set(range(10))
        assert images.reshape(len(images), -1).max(axis=1).min() == 255


@pytest.mark.parametrize(("name", "people"), [("pendigits", (1, 0)), ("swiss-numbers", (0, 1))])
def test_one_set_alone_takes_the_places_of_both(folder, name, people):
    recipe = load_recipe("reader", {"hands_of": [name]})
    other = {"pendigits": "swiss_numbers.npz", "swiss-numbers": "pendigits.npz"}[name]
    (folder / other).unlink()  # it isn't needed
    hands = load_hands(folder, recipe.hands_of)
    assert (len(hands.pen_writers()), len(hands.picture_writers())) == people
    assert [share for share, *_ in hands.draw(np.random.default_rng(0))] == pytest.approx([0.94, 0.06])
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    writer = LineWriter(images, LABELS[:10], None, OtherPeople(hands.pen_writers(), hands.picture_writers(), 1.0))
    ink, _ = writer.write(100, np.random.default_rng(0))
    assert ink.max() > 0.5


def test_only_lines_of_mnist_need_its_writers(digits, tmp_path, monkeypatch):
    lines = load_recipe("reader-lines")
    assert with_people(digits, lines) is digits
    mnist = replace(digits, name="mnist", provenance=Provenance("here", folder=str(tmp_path)))
    assert with_people(mnist, small_recipe(hands=0.5)) is mnist
    assert with_people(mnist, load_recipe("reader-lines", {"hands": 0.0})) is mnist
    assert folder_of(mnist) == tmp_path
    count = {"train": len(mnist.train), "test": len(mnist.test)}
    arrays = {
        f"{name}_{kind}": np.zeros(size, np.int16) for name, size in count.items() for kind in ("writers", "series")
    }
    np.savez(tmp_path / "mnist_writers.npz", **arrays)
    known = with_people(mnist, lines)
    assert known.train.writers.tolist() == [0] * count["train"]
