import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.networks import DIGITS, bars_model, digit_model, metadata_of, save
from inkdigits.core.errors import ModelFileError
from inkdigits.core.types import SIGNS
from inkdigits.pictures.prepare import PREPARATION_VERSION
from inkdigits.read.onnx_model import FORMAT, load_onnx_model


@pytest.fixture
def saved(tmp_path):
    """Write a model with metadata into a file: `saved(model, metadata)` -> its path."""

    def write(model=None, metadata=None):
        return save(model or digit_model(), tmp_path / "net.onnx", metadata)

    return write


def refused(path: Path) -> str:
    """Return the one line that says why a file is refused."""
    with pytest.raises(ModelFileError) as caught:
        load_onnx_model(path)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    assert "; expected " in message
    return message


def test_a_network_comes_back_with_all_that_it_knows_of_itself(saved):
    values = metadata_of(temperature=1.5, provenance={"recipe": "softmax"}, measured={"accuracy": 0.9})
    model = load_onnx_model(saved(metadata=values))
    assert json.loads(model.metadata.to_json()) == values
    assert model.metadata.classes == DIGITS
    assert (model.metadata.format, model.metadata.preparation) == (FORMAT, PREPARATION_VERSION)


def test_it_runs_on_batches_of_any_size(saved):
    model = load_onnx_model(saved(metadata=metadata_of()))
    pictures = np.random.default_rng(0).random((7, 1, 28, 28), dtype=np.float32)
    together = model.run(pictures)
    assert together.shape == (7, 10)
    assert together.dtype == np.float32
    assert np.concatenate([model.run(one[None]) for one in pictures]) == pytest.approx(together, abs=1e-5)
    assert model.run(pictures[:0]).shape == (0, 10)


def test_a_network_for_lines_takes_strips_of_any_width(saved):
    model = load_onnx_model(saved(bars_model(), metadata_of("lines")))
    for width in (16, 240, 2048):
        assert model.run(np.zeros((3, 1, 40, width), np.float32)).shape == (3, width // 2, 12)


def test_a_network_for_lines_may_know_signs(saved):
    classes = [*DIGITS, *SIGNS]
    model = load_onnx_model(saved(bars_model(signs=len(SIGNS)), metadata_of("lines", classes=classes)))
    assert (model.metadata.digits, model.metadata.signs) == (DIGITS, SIGNS)
    assert model.run(np.zeros((1, 1, 40, 16), np.float32)).shape == (1, 8, 23)
    without = load_onnx_model(saved(bars_model(), metadata_of("lines"))).metadata
    assert (without.digits, without.signs) == (DIGITS, ())
    single = load_onnx_model(saved(digit_model(21), metadata_of(classes=classes))).metadata
    assert single.signs == ()


def test_what_is_no_file_is_named(tmp_path):
    assert "does not exist" in refused(tmp_path / "none.onnx")
    assert "is no file" in refused(tmp_path)
    (tmp_path / "empty.onnx").write_bytes(b"")
    assert "is empty" in refused(tmp_path / "empty.onnx")


@pytest.mark.parametrize("content", [b"hello", b"\x89PNG\r\n\x1a\n" + bytes(100), bytes(1000), b"\xff" * 1000])
def test_other_files_are_no_networks(tmp_path, content):
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    assert "is damaged or is no ONNX file" in refused(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_files_are_refused(saved, share):
    path = saved(metadata=metadata_of())
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    refused(path)


def test_a_file_too_large_for_any_network_is_not_even_read(tmp_path):
    path = tmp_path / "net.onnx"
    with path.open("wb") as file:
        file.truncate(10**12)  # takes no room on the disk
    assert "1,000,000,000,000 bytes" in refused(path)


def test_networks_of_others_are_told_apart(saved):
    assert "without the metadata of Inkdigits" in refused(saved(digit_model()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"digit"',
        "7",
        "{}",
        '{"format": NaN}',
        '{"format": 1}',
        '{"format": 1e999}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"format": ' + "9" * 5000 + "}",
        json.dumps(metadata_of(provenance={"note": "x" * 2_000_000})),
    ],
    ids=lambda text: text[:16],
)
def test_metadata_that_is_none_is_refused(saved, text):
    refused(saved(metadata=text))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "has the format 2; expected the format 1; export it again"),
        ({"format": True}, "has the format True"),
        ({"format": "1"}, "has the format '1'"),
        ({"preparation": PREPARATION_VERSION + 1}, f"prepared by version {PREPARATION_VERSION + 1}; expected version"),
        ({"preparation": PREPARATION_VERSION - 1}, "train and export it again"),
        ({"format": None}, "metadata that Inkdigits did not write"),
        ({"kind": None}, "metadata that Inkdigits did not write"),
        ({"classes": None}, "metadata that Inkdigits did not write"),
        ({"kind": "letters"}, "metadata that Inkdigits did not write"),
        ({"classes": []}, "metadata that Inkdigits did not write"),
        ({"classes": 10}, "metadata that Inkdigits did not write"),
        ({"classes": list(range(10))}, "metadata that Inkdigits did not write"),
        ({"classes": ["", *"123456789"]}, "metadata that Inkdigits did not write"),
        ({"classes": ["0" * 101, *"123456789"]}, "metadata that Inkdigits did not write"),
        ({"temperature": 0}, "metadata that Inkdigits did not write"),
        ({"temperature": -1.0}, "metadata that Inkdigits did not write"),
        ({"temperature": "warm"}, "metadata that Inkdigits did not write"),
        ({"temperature": float("nan")}, "metadata that Inkdigits did not write"),
        ({"temperature": float("inf")}, "metadata that Inkdigits did not write"),
        ({"provenance": []}, "metadata that Inkdigits did not write"),
        ({"measured": "well"}, "metadata that Inkdigits did not write"),
        ({"surplus": 1}, "metadata that Inkdigits did not write"),
        ({"measured": {"accuracy": float("nan")}}, "metadata that Inkdigits did not write"),
        ({"classes": ["\ud800", *"123456789"]}, "metadata that Inkdigits did not write"),
    ],
)
def test_metadata_that_is_wrong_is_refused(saved, changes, words):
    assert words in refused(saved(metadata=metadata_of(**changes)))


@pytest.mark.parametrize(
    ("model", "metadata"),
    [
        (digit_model(side=32), metadata_of()),
        (digit_model(classes=9), metadata_of()),
        (digit_model(classes=12), metadata_of("lines")),
        (digit_model(number=1), metadata_of()),
        (digit_model(names=("input", "logits")), metadata_of()),
        (digit_model(names=("images", "output")), metadata_of()),
        (bars_model(), metadata_of()),
        (bars_model(), metadata_of("lines", classes=list("01234567"))),
    ],
)
def test_shapes_that_the_metadata_does_not_say_are_refused(saved, model, metadata):
    assert "takes or gives" in refused(saved(model, metadata))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (bars_model(step=4), "gives (2, 12, 12), not (2, 24, 12), for (2, 1, 40, 48)"),
        (bars_model(scale=float("nan")), "gives numbers that are not finite"),
        (bars_model(step=64), "can't be run"),
    ],
)
def test_networks_that_answer_as_none_of_ours_does_are_refused(saved, model, words):
    assert words in refused(saved(model, metadata_of("lines")))


def test_a_network_that_fails_later_is_named_too(saved):
    model = load_onnx_model(saved(bars_model(), metadata_of("lines")))
    with pytest.raises(ModelFileError, match=r"net\.onnx can't be run"):
        model.run(np.zeros((1, 1, 41, 48), np.float32))


@pytest.mark.parametrize("folder", ["", "below/../"])
def test_weights_are_never_taken_from_another_file(tmp_path, monkeypatch, folder):
    model = digit_model()
    (weights,) = model.graph.initializer
    (tmp_path / "below").mkdir()
    (tmp_path / "weights.bin").write_bytes(weights.raw_data)
    for key, value in {"location": f"{folder}weights.bin", "length": str(len(weights.raw_data))}.items():
        weights.external_data.add(key=key, value=value)
    weights.ClearField("raw_data")
    weights.data_location = onnx.TensorProto.EXTERNAL
    monkeypatch.chdir(tmp_path)
    refused(save(model, tmp_path / "net.onnx", metadata_of()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(sorted(metadata_of())), value=JSON)
def test_metadata_of_any_type_is_taken_or_refused(tmp_path_factory, key, value):
    path = save(digit_model(), tmp_path_factory.getbasetemp() / "typed.onnx", metadata_of() | {key: value})
    try:
        model = load_onnx_model(path)
    except ModelFileError:
        return
    # What is taken can be used.
    assert model.run(np.zeros((1, 1, 28, 28), np.float32)).shape == (1, len(model.metadata.classes))
    assert model.metadata.to_json().encode()
    assert 0.001 <= model.metadata.temperature <= 1000


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_in_place_of_metadata_is_refused(tmp_path_factory, value):
    path = save(digit_model(), tmp_path_factory.getbasetemp() / "json.onnx", json.dumps(value))
    with pytest.raises(ModelFileError):
        load_onnx_model(path)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_damage_anywhere_is_refused_or_harmless(tmp_path_factory, seed):
    generator = np.random.default_rng(seed)
    path = save(digit_model(), tmp_path_factory.getbasetemp() / "damaged.onnx", metadata_of())
    content = np.frombuffer(path.read_bytes(), np.uint8).copy()
    places = generator.integers(0, len(content), generator.integers(1, 5))
    # The weights are nearly all of the file, and any weights will do: aim at what is around them as well.
    around = np.concatenate([np.arange(200), np.arange(len(content) - 500, len(content))])
    places = np.concatenate([places, generator.choice(around, generator.integers(1, 5))])
    content[places] = generator.integers(0, 256, len(places))
    path.write_bytes(content.tobytes())
    with suppress(ModelFileError):
        load_onnx_model(path).run(np.zeros((2, 1, 28, 28), np.float32))
