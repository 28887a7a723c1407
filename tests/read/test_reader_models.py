"""The networks of a reader: shipped ones, and others in their place."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from helpers.networks import bars_model, digit_model, metadata_of, save
from helpers.writing import SHEET_TEXT
from inkdigits.core.errors import ModelFileError
from inkdigits.read.reader import Reader


def test_a_network_takes_the_place_of_the_shipped_one_of_its_kind(tmp_path):
    digits = save(digit_model(classes=2), tmp_path / "digits.onnx", metadata_of(classes=["a", "b"]))
    lines = save(bars_model(), tmp_path / "lines.onnx", metadata_of("lines"))
    own_digits, own_lines = Reader(digits), Reader(str(lines))
    assert own_digits.digit_network.path == digits
    assert all(network.path != digits for network in own_digits.line_networks)
    assert [network.path for network in own_lines.line_networks] == [lines]
    assert own_lines.digit_network.metadata.classes == tuple("0123456789")


def test_a_foreign_file_is_refused_at_once(tmp_path):
    (tmp_path / "net.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelFileError, match=r"net\.onnx is damaged"):
        Reader(tmp_path / "net.onnx")


def test_prepared_digits_are_read_in_batches(reader):
    forms = np.zeros((300, 28, 28), np.uint8)
    forms[:, 4:24, 13:16] = 250
    found = reader.read_digits(forms)
    assert found.shape == (300, 10)
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (found.argmax(axis=1) == 1).all()


def test_threads_may_share_a_reader(picture):
    fresh = Reader()
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda _: fresh.read(picture).text, range(8)))
    assert texts == [SHEET_TEXT] * 8


def test_the_shipped_networks_are_small_and_ours():
    shipped = sorted((Path(sys.modules[Reader.__module__].__file__).parent / "models").glob("*.onnx"))
    assert {path.stem.partition("-")[0] for path in shipped} == {"digits", "lines"}
    assert sum(path.stat().st_size for path in shipped) < 4_000_000
    for path in shipped:
        assert b"/work" not in path.read_bytes()
        assert b"/home" not in path.read_bytes()
