import json
from dataclasses import replace

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Dataset, Provenance, fingerprint
from inkdigits.data.load import load
from inkdigits.data.review import Decision, apply_review, picture_id, read_decisions, review_path, write_decisions


@pytest.fixture
def uci():
    return load("uci")


def decide(data, split, index, action, new_label=""):
    digits = data.train if split == "train" else data.test
    label = data.classes[digits.labels[index]]
    return Decision(split, index, picture_id(digits.images[index]), label, action, new_label)


def other(data, split, index):
    digits = data.train if split == "train" else data.test
    return data.classes[(digits.labels[index] + 1) % 10]


def test_decisions_are_applied_and_counted(uci, tmp_path):
    path = tmp_path / "uci.review.csv"
    decisions = [
        decide(uci, "train", 3, "relabel", other(uci, "train", 3)),
        decide(uci, "train", 5, "leave out"),
        decide(uci, "test", 0, "leave out"),
        decide(uci, "test", 1, "keep"),
    ]
    write_decisions(path, decisions)
    assert list(read_decisions(path).values()) == decisions
    data = load("uci", review=path)
    assert (len(data.train), len(data.test)) == (len(uci.train) - 1, len(uci.test) - 1)
    assert data.classes[data.train.labels[3]] == other(uci, "train", 3)
    assert np.array_equal(data.train.images[5], uci.train.images[6])
    assert np.array_equal(data.test.labels, uci.test.labels[1:])
    assert fingerprint(data) != fingerprint(uci)
    assert data.provenance.changes == {"review": str(path)}
    review = data.provenance.review
    assert (review["relabelled"], review["left_out"], review["kept"]) == (1, 2, 1)
    assert data.provenance.notes[-1] == "as decided in uci.review.csv: 1 relabelled, 2 left out, 1 kept"
    json.dumps(review)


def test_decisions_are_about_the_data_before_other_changes(uci, tmp_path):
    path = tmp_path / "decided.csv"
    write_decisions(path, [decide(uci, "train", 0, "leave out")])
    data = load("uci", review=path, transpose=True)
    assert data.provenance.changes == {"review": str(path), "transpose": True}
    assert np.array_equal(data.train.images[0], uci.train.images[1].T)


def test_the_last_decision_about_a_digit_stands_and_spreadsheets_may_save_the_file(uci, tmp_path):
    path = tmp_path / "decided.csv"
    write_decisions(path, [decide(uci, "test", 2, "leave out"), decide(uci, "test", 2, "keep")])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert [each.action for each in read_decisions(path).values()] == ["keep"]
    assert len(load("uci", review=path).test) == len(uci.test)


def test_decisions_on_other_digits_labels_or_classes_are_refused(uci, tmp_path):
    path = tmp_path / "decided.csv"
    good = decide(uci, "test", 2, "leave out")
    for wrong, message in (
        (replace(good, index=3), "is not that digit of uci"),
        (replace(good, index=100_000), "is not that digit of uci"),
        (replace(good, label=other(uci, "test", 2)), "the data says"),
        (replace(good, action="relabel", new_label="x"), "the new label x; expected one of 0, 1"),
    ):
        write_decisions(path, [wrong])
        with pytest.raises(DataError, match=message):
            load("uci", review=path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("index,label\n", "begins with the columns index, label; expected split, index, picture"),
        ("", r"begins with the columns \(none\)"),
        ("split,index,picture,label,action,new_label\ntest,-1,ab,4,keep,\n", "line 2 .* is 'test,-1,ab,4,keep,'"),
        ("split,index,picture,label,action,new_label\ntest,1,ab,4,drop,\n", "one of relabel, leave out, keep"),
        ("split,index,picture,label,action,new_label\ntest,1,ab,4,relabel,\n", "a new label for relabel"),
        ("split,index,picture,label,action,new_label\ntest,1\n", "correct or remove the line"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path, text, message):
    path = tmp_path / "some.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_decisions(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"there is no file .*gone\.csv"):
        load("uci", review=tmp_path / "gone.csv")


def test_decisions_lie_beside_the_data_and_never_in_it(some_digits, tmp_path):
    folder = tmp_path / "digits"
    folder.mkdir()

    def path_of(name, found_in=None):
        return review_path(Dataset(name, some_digits, some_digits, provenance=Provenance("x", folder=found_in)))

    assert path_of(str(folder)) == tmp_path / "digits.review.csv"
    assert path_of(str(tmp_path / "digits.npz")) == tmp_path / "digits.npz.review.csv"
    assert path_of("mnist", str(folder)) == tmp_path / "mnist.review.csv"
    assert str(path_of("uci")) == "uci.review.csv"


def test_a_data_set_without_decisions_stays_as_it_is(uci, tmp_path):
    path = tmp_path / "decided.csv"
    write_decisions(path, [])
    assert fingerprint(apply_review(uci, path)) == fingerprint(uci)
