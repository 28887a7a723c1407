import pytest

from inkdigits.core.errors import DataError
from inkdigits.corrections.store import CorrectionStore
from inkdigits.data.load import load
from inkdigits.learn.adaptation.data import NEGATIVE, as_digits, holdout_ids, load_corrections, load_replay_set


def test_a_fifth_of_ten_is_held_out_and_stays_so(tmp_path, some_digits):
    store = CorrectionStore(tmp_path)
    for image, label in zip(some_digits.images[:10], some_digits.labels, strict=False):
        store.add(image, label=None if label == 3 else str(label), read=None)
    learned, holdout = load_corrections(tmp_path)
    assert holdout.labels.tolist() == [4, 9]
    assert learned.labels.tolist() == [0, 1, 2, NEGATIVE, 5, 6, 7, 8]
    assert (holdout.images[0] == some_digits.images[4]).all()
    store.undo(1)
    assert load_corrections(tmp_path)[1].labels.tolist() == [4, 9]


@pytest.mark.parametrize("numbers", [[], [1], [5], [1, 2, 3, 5]])
def test_few_are_all_learned_from(numbers):
    assert holdout_ids(numbers) == set()


def test_without_corrections_there_are_none(tmp_path):
    learned, holdout = load_corrections(tmp_path)
    assert (len(learned), len(holdout)) == (0, 0)


def test_nothing_is_downloaded_to_teach(tmp_path, monkeypatch):
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert load_replay_set().name == "uci"


@pytest.mark.mnist
def test_mnist_is_replayed_where_it_is(mnist_folder, monkeypatch):
    monkeypatch.setenv("INKDIGITS_DATA", str(mnist_folder))
    assert load_replay_set().name == "mnist"


def test_some_digits_get_the_labels_that_the_network_knows(picture_folder):
    (picture_folder / "10").rename(picture_folder / "9")
    known = as_digits(load(picture_folder))
    assert known.classes == tuple("0123456789")
    assert sorted(set(known.train.labels.tolist())) == [2, 7, 9]


def test_classes_that_are_no_digits_are_refused(picture_folder):
    with pytest.raises(DataError, match="has the class 10; expected digits from 0 to 9 only"):
        as_digits(load(picture_folder))
