"""What is said of data sets: nothing of correct ones, and of spoilt ones what they are."""

import re
import subprocess
import sys
import warnings
from pathlib import Path

import data_checks as benchmark
import numpy as np
import pytest

import inkdigits
from inkdigits.data.changes import change_dataset
from inkdigits.data.dataset import Dataset, Split
from inkdigits.data.load import load
from inkdigits.learn.data_checks.check import check_dataset
from inkdigits.learn.data_checks.finding import DataWarning


@pytest.fixture(scope="module")
def uci() -> Dataset:
    return load("uci")


def kinds(dataset: Dataset) -> list[str]:
    return [finding.kind for finding in check_dataset(dataset)]


def test_nothing_is_said_of_correct_digits(uci):
    assert kinds(uci) == []


@pytest.mark.parametrize("spoiling", benchmark.SPOILINGS, ids=lambda spoiling: "-".join(spoiling.changes))
def test_a_fault_is_named_with_what_mends_it(uci, spoiling):
    spoilt = change_dataset(uci, **spoiling.changes)
    found = check_dataset(spoilt)
    assert spoiling.kind in [finding.kind for finding in found]
    assert {finding.certainty for finding in found} == {"certain"}
    remedy = {name: value for finding in found for name, value in finding.changes.items()}
    mended = change_dataset(spoilt, **remedy)
    assert np.array_equal(mended.train.images, uci.train.images)
    assert np.array_equal(mended.train.labels, uci.train.labels)


def test_a_sentence_names_the_share_and_the_option(uci):
    (finding,) = check_dataset(change_dataset(uci, transpose=True))
    text = finding.describe(for_command=True)
    assert text.startswith("all pictures are transposed (certain: turned back 9")
    assert text.endswith("as they are); if so, add --transpose")
    assert finding.describe().endswith("load it with transpose=True")


def test_labels_from_1_to_10_are_shifted_and_those_of_matlab_are_not(uci):
    names = tuple(map(str, range(1, 11)))
    shifted = Dataset("m", uci.train, uci.test, classes=names)
    (finding,) = check_dataset(shifted)
    assert (finding.kind, finding.changes) == ("labels shifted", {"shift_labels": -1})
    matlab = [Split(split.images, (split.labels + 9) % 10) for split in (uci.train, uci.test)]
    assert kinds(Dataset("m", *matlab, classes=names)) == []


def test_if_only_one_set_is_the_wrong_way_round_it_is_named(uci):
    turned = change_dataset(uci, transpose=True)
    (finding,) = check_dataset(Dataset("half", uci.train, turned.test))
    assert finding.kind == "transposed"
    assert "test pictures are transposed" in finding.text
    assert finding.changes == {}
    assert "only the test set is" in finding.describe(for_command=True)


@pytest.mark.parametrize(("places", "word"), [(1, "late"), (-1, "early")])
def test_labels_of_the_picture_beside_are_named(uci, places, word):
    beside = [Split(split.images, np.roll(split.labels, places)) for split in (uci.train, uci.test)]
    (finding,) = check_dataset(Dataset("beside", *beside))
    assert finding.kind == "labels misplaced"
    assert f"one place {word}" in finding.text


def test_digits_off_the_middle_are_named_and_can_be_centred(uci):
    moved = [Split(np.roll(split.images, (-4, 3), axis=(1, 2)), split.labels) for split in (uci.train, uci.test)]
    (finding,) = check_dataset(Dataset("moved", *moved))
    assert (finding.kind, finding.changes) == ("off-centre", {"centre": True})
    offset = re.search(r"mass (\d\.\d) pixels", finding.evidence)
    assert float(offset[1]) == pytest.approx(5, abs=0.3)
    assert kinds(change_dataset(Dataset("moved", *moved), centre=True)) == []
    (finding,) = check_dataset(Dataset("half", uci.train, moved[1]))
    assert finding.text.startswith("test pictures are off-centre")


def test_copies_of_training_digits_in_the_test_set_are_counted(uci):
    images = uci.test.images.copy()
    images[:7] = uci.train.images[:7]
    labels = uci.test.labels.copy()
    labels[:7] = uci.train.labels[:7]
    images[8:10] = 0
    train = Split(np.concatenate([uci.train.images, images[8:9]]), np.append(uci.train.labels, 0))
    (finding,) = check_dataset(Dataset("copied", train, Split(images, labels)))
    assert finding.kind == "duplicates"
    assert finding.text.startswith("7 of 359 test pictures")


def test_one_class_only_is_said(uci):
    threes = [split[split.labels == 3] for split in (uci.train, uci.test)]
    assert kinds(Dataset("threes", *threes)) == ["one class"]


@pytest.mark.parametrize("turn", [{}, {"transpose": True}, {"mirror": True}, {"shift_labels": 1}])
def test_nothing_is_said_of_what_is_no_digit(turn):
    """Other signs of ten classes: drawn letters, some of which look like digits, as in Fashion or KMNIST."""
    letters = drawn_letters("ABEFHKMRXW")
    assert kinds(change_dataset(letters, **turn)) == []


def test_nothing_is_said_of_classes_that_are_no_digits(uci):
    named = Dataset("letters", uci.train, uci.test, classes=tuple("abcdefghij"))
    assert kinds(change_dataset(named, transpose=True)) == []


def test_nothing_is_said_of_a_handful(uci):
    few = change_dataset(uci, transpose=True).limited(15, 15)
    assert kinds(few) == []


def drawn_letters(letters: str) -> Dataset:
    import cv2

    from inkdigits.pictures.normalize import normalize_digit

    rng = np.random.default_rng(0)
    images = []
    for letter in letters * 40:
        canvas = np.zeros((100, 100), np.uint8)
        scale, slant = rng.uniform(1.5, 2.5), rng.uniform(-0.3, 0.3)
        cv2.putText(canvas, letter, (25, 75), int(rng.integers(0, 7)), scale, 255, int(rng.integers(3, 8)))
        turn = np.array([[1, slant, -50 * slant], [0, 1, 0]], np.float32)
        images.append(normalize_digit(cv2.warpAffine(canvas, turn, (100, 100)) / 255))
    letters_split = Split(np.stack(images), np.arange(len(images)) % len(letters))
    return Dataset("letters", letters_split[:320], letters_split[320:])


@pytest.mark.slow
@pytest.mark.mnist
def test_a_sample_of_the_benchmark(mnist_folder: Path, uci):
    """The benchmark counts 200 correct sets of more kinds, and 200 spoilt ones."""
    each = {"mnist": 2, "uci": 1, "thick": 2, "thin": 2, "few classes": 3}
    sets = [*benchmark.correct_sets(load("mnist", data_dir=mnist_folder).train[:8000], uci.train, each)]
    record = benchmark.measure(sets)
    assert record["sets"] == 10
    assert record["correct called wrong"] == []
    assert record["spoilt not named"] == []


def test_python_warns_and_changes_nothing_unasked(tmp_path: Path, uci):
    turned = uci.train.images.swapaxes(1, 2)
    np.savez(tmp_path / "turned.npz", x_train=turned, y_train=uci.train.labels)
    with pytest.warns(DataWarning, match=r"turned\.npz: all pictures are transposed .*transpose=True"):
        data = inkdigits.load(tmp_path / "turned.npz")
    assert {image.tobytes() for image in data.train.images} < {image.tobytes() for image in turned}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        inkdigits.load(tmp_path / "turned.npz", transpose=True)
        inkdigits.load("uci")
    with pytest.warns(DataWarning, match="transposed"):
        inkdigits.load("uci", transpose=True)


@pytest.mark.slow
def test_a_run_remembers_how_its_data_was_changed(tmp_path: Path, uci):
    np.savez(tmp_path / "turned.npz", x=uci.train.images.swapaxes(1, 2), y=uci.train.labels)
    options = {"changes": {"epochs": 1}, "progress": False}
    with pytest.warns(DataWarning, match="transposed"):
        inkdigits.train("softmax", tmp_path / "turned.npz", out=tmp_path / "as-it-is", **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error", DataWarning)
        run = inkdigits.train("softmax", tmp_path / "turned.npz", transpose=True, out=tmp_path / "run", **options)
    again = inkdigits.Run(run.path)
    assert np.array_equal(again.dataset.train.images, run.dataset.train.images)
    assert again.evaluate("test").loss == run.evaluate("test").loss


def test_data_in_memory_is_changed_on_request(tmp_path: Path, uci):
    options = {"changes": {"epochs": 1}, "progress": False}
    run = inkdigits.train("softmax", uci, invert=True, out=tmp_path / "run", **options)
    assert np.array_equal(run.dataset.train.images, 255 - uci.train.images)


def test_examining_needs_no_torch():
    code = (
        "import sys, inkdigits; inkdigits.load('uci', transpose=False); "
        "from inkdigits.learn.data_checks.check import check_dataset; check_dataset(inkdigits.load('uci')); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
