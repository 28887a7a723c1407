import os

import numpy as np
import onnx
import pytest
import torch

import inkdigits
from helpers.networks import digit_model, metadata_of, save
from helpers.odd_digits import BARRED_2, HOOKED_9, draw_normalized
from helpers.processes import few_digits
from inkdigits.core.errors import DataError, StorageError
from inkdigits.core.locks import lock
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.data.load import load
from inkdigits.learn.adaptation.adapt import adapt
from inkdigits.learn.export.export import export_run
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.read.reader import Reader
from inkdigits.user_data.folder import registry_dir


def correct(data_dir, images, label):
    store = CorrectionStore(data_dir)
    for image in images:
        store.add(image, label=label, read=None)


def quiet(share, message):
    pass


def right(reader, images, label):
    return int((reader.read_digits(images).argmax(axis=1) == label).sum())


@pytest.mark.slow
@pytest.mark.mnist
def test_ten_odd_nines_are_learned_and_nothing_is_forgotten(tmp_path, mnist_folder):
    others = draw_normalized(HOOKED_9, 10, seed=77)
    assert right(Reader(), others, 9) <= 3, "the shipped reader reads them already: draw odder ones"
    correct(tmp_path, draw_normalized(HOOKED_9, 10, seed=1), "9")
    shares = []
    result = adapt(tmp_path, lambda share, message: shares.append(share), replay=load("mnist", data_dir=mnist_folder))
    networks = ModelRegistry(tmp_path)
    assert networks.accept()
    assert right(Reader(networks.current.files), others, 9) >= 8
    assert result["mnist"]["new"] >= result["mnist"]["old"] - 0.001
    assert (result["mnist"]["examples"], result["mnist"]["name"]) == (10_000, "mnist")
    assert result["corrections"]["examples"] == 2
    assert result["corrections"]["new"] > result["corrections"]["old"]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.fixture(scope="module")
def uci():
    return few_digits()


def test_a_candidate_waits_and_says_where_it_comes_from(tmp_path, uci):
    correct(tmp_path, draw_normalized(BARRED_2, 3, seed=1), "2")
    result = adapt(tmp_path, quiet, replay=uci, steps=3)
    networks = ModelRegistry(tmp_path)
    assert networks.current is None
    assert networks.state.candidate.result == result
    assert result["corrections"] == {"old": None, "new": None, "examples": 0}
    path = networks.candidate.files[0]
    assert [file.name for file in networks.candidate.files] == [
        "digits.onnx", "lines-1.onnx", "lines-2.onnx",
    ]  # fmt: skip
    metadata = load_onnx_model(path).metadata
    assert metadata.provenance["taught_from"] == Reader().digit_network.metadata.provenance
    assert metadata.provenance["corrections"] == 3
    assert metadata.measured["accuracy"] == result["mnist"]["new"]
    model = onnx.load(path)
    assert (model.producer_name, model.producer_version) == ("inkdigits", inkdigits.__version__)


@pytest.mark.slow
def test_the_same_corrections_and_seed_give_the_same_network(tmp_path, uci):
    content = []
    for name in ("one", "other"):
        correct(tmp_path / name, draw_normalized(BARRED_2, 2, seed=1), "2")
        adapt(tmp_path / name, quiet, replay=uci, steps=3)
        content.append(
            load_onnx_model(ModelRegistry(tmp_path / name).candidate.files[0]).run(np.ones((1, 1, 28, 28), np.float32))
        )
    assert content[0] == pytest.approx(content[1], abs=1e-4)


@pytest.mark.slow
def test_what_is_no_digit_becomes_less_sure(tmp_path, uci):
    odd = draw_normalized(BARRED_2, 12, seed=1)
    correct(tmp_path, odd, None)
    adapt(tmp_path, quiet, replay=uci, steps=30)
    networks = ModelRegistry(tmp_path)
    networks.accept()
    others = draw_normalized(BARRED_2, 10, seed=77)
    before, after = (
        reader.read_digits(others).max(axis=1).mean() for reader in (Reader(), Reader(networks.current.files))
    )
    assert after < before - 0.1


def test_without_corrections_there_is_nothing_to_learn(tmp_path, uci):
    with pytest.raises(DataError, match="no corrections"):
        adapt(tmp_path, quiet, replay=uci)


def test_data_with_other_classes_is_no_measure_of_digits(tmp_path, picture_folder):
    correct(tmp_path, draw_normalized(BARRED_2, 1, seed=1), "2")
    with pytest.raises(DataError, match="has the class 10; expected digits from 0 to 9 only"):
        adapt(tmp_path, quiet, replay=load(picture_folder))


@pytest.mark.slow
def test_a_network_of_a_run_is_adapted_beside_the_shipped_one(tmp_path, uci):
    run = inkdigits.train("mlp-tanh", uci, epochs=1, out=tmp_path / "run", progress=False)
    base = export_run(run, tmp_path / "run.onnx").path
    correct(tmp_path, draw_normalized(BARRED_2, 3, seed=1), "2")
    adapt(tmp_path, quiet, bases=[base], replay=uci, steps=40)
    assert ModelRegistry(tmp_path).state.candidate is None, "the shipped network is left alone"
    networks = ModelRegistry(registry_dir(tmp_path, base))
    networks.accept()
    adapted = load_onnx_model(networks.current.files[0])
    assert adapted.metadata.provenance["taught_from"]["recipe"] == "mlp-tanh"
    assert networks.state.candidate is None
    images = as_input(torch.from_numpy(uci.test.images[:20])).numpy()
    assert np.abs(adapted.run(images) - load_onnx_model(base).run(images)).max() > 1e-4


def test_a_network_of_letters_learns_no_digits(tmp_path, uci):
    letters = save(digit_model(), tmp_path / "letters.onnx", metadata_of(classes=list("ABCDEFGHIJ")))
    correct(tmp_path, draw_normalized(BARRED_2, 1, seed=1), "2")
    with pytest.raises(DataError, match=r"has the classes A, B, .* expected the ten digits"):
        adapt(tmp_path, quiet, bases=[letters], replay=uci)


def test_only_one_process_adapts(tmp_path, uci):
    correct(tmp_path, draw_normalized(BARRED_2, 1, seed=1), "2")
    with lock(tmp_path / "teaching.lock"), pytest.raises(StorageError, match="another process"):
        adapt(tmp_path, quiet, replay=uci, steps=3)


@pytest.mark.skipif(os.name == "nt", reason="folders can't be made read-only there")
def test_what_can_not_be_kept_is_told(tmp_path, uci):
    correct(tmp_path, draw_normalized(BARRED_2, 1, seed=1), "2")
    (tmp_path / "taught").write_text("a file is in the way")
    with pytest.raises(StorageError):
        adapt(tmp_path, quiet, replay=uci, steps=3)
