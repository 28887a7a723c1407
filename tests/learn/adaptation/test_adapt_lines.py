"""Line networks are adapted together with the network for digits, as one set."""

import numpy as np
import pytest

from helpers.odd_lines import odd_lines, save_lines
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.data.load import load
from inkdigits.learn.adaptation.adapt import adapt
from inkdigits.learn.adaptation.lines.label_file import import_lines
from inkdigits.read.models.chosen import SHIPPED_MODELS
from inkdigits.read.reader import Reader

pytestmark = pytest.mark.slow  # each adapts networks

BASES = [SHIPPED_MODELS / "digits.onnx", SHIPPED_MODELS / "lines-2.onnx"]


@pytest.fixture(scope="module", autouse=True)
def few_lines_are_composed():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("inkdigits.learn.adaptation.adapt.COMPOSED", 40)
        patched.setattr("inkdigits.learn.adaptation.lines.task.KNOWN_LINES", 40)
        yield


@pytest.fixture(scope="module")
def uci():
    return load("uci")


@pytest.fixture(scope="module")
def taught(tmp_path_factory, uci):
    """A data folder whose networks learned lines with odd nines, and the figures."""
    folder = tmp_path_factory.mktemp("taught")
    import_lines(save_lines(odd_lines(uci.train, 12, seed=1), folder / "given"), folder)
    from inkdigits.user_data.folder import registry_dir

    messages = []
    result = adapt(folder, lambda share, message: messages.append(message), bases=BASES, replay=uci, steps=30)
    return folder, registry_dir(folder, BASES), result, messages


def test_odd_lines_are_read_better_and_known_ones_no_worse(taught, uci):
    _, registry, result, _ = taught
    networks = ModelRegistry(registry)
    others = odd_lines(uci.test, 20, seed=9)
    before, after = (
        sum(Reader(files).read(picture, min_confidence=0).text == text for picture, text in others)
        for files in (BASES, networks.candidate.files)
    )
    assert before <= 10, "the shipped networks read them already: draw odder ones"
    assert after >= before + 4
    assert result["strength"]["lines"] > 0
    assert result["composed"]["new"] >= result["composed"]["old"] - 0.005
    assert (result["lines"]["examples"], result["learned"]["lines"]["examples"]) == (2, 10)
    assert result["learned"]["lines"]["new"] > result["learned"]["lines"]["old"]


def test_a_set_says_what_it_learned(taught):
    _, registry, result, messages = taught
    candidate = ModelRegistry(registry).candidate
    assert [file.name for file in candidate.files] == ["digits.onnx", "lines-1.onnx"]
    metadata = Reader(candidate.files).line_networks[0].metadata
    assert (metadata.kind, metadata.provenance["lines"]) == ("lines", 12)
    assert metadata.measured["lines"] == result["lines"]
    assert {"learning", "choosing", "measuring", "done"} <= set(messages)
    assert not (registry / "taught" / "training").exists()


def test_many_digits_teach_lines_too(tmp_path, uci):
    store = CorrectionStore(tmp_path)
    for number in range(25):
        store.add(uci.train.images[number], label=str(uci.train.labels[number]), read=None)
    result = adapt(tmp_path, lambda share, message: None, bases=BASES, replay=uci, steps=2)
    assert (result["lines"]["examples"], result["corrections"]["examples"]) == (0, 5)
    assert result["composed"]["examples"] > 0


def test_known_digits_of_some_classes_are_enough(tmp_path, uci):
    from dataclasses import replace

    import_lines(save_lines(odd_lines(uci.train, 1, seed=1), tmp_path / "given"), tmp_path)
    some = [replace(part[np.isin(part.labels, (2, 7))]) for part in (uci.train, uci.test)]
    known = replace(uci, train=some[0], test=some[1])
    assert adapt(tmp_path, lambda share, message: None, bases=BASES, replay=known, steps=1)["mnist"]["examples"] > 0
