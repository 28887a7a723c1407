import shutil

import pytest

from helpers.networks import bars_model, digit_model, metadata_of, save
from inkdigits.core.errors import ModelFileError
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.read.models.chosen import SHIPPED_MODELS
from inkdigits.read.reader import Reader
from inkdigits.user_data.folder import registry_dir


def accept(folder, *files):
    registry = ModelRegistry(folder)
    with registry.stage({"seconds": 1}) as target:
        for file in files:
            shutil.copy(file, target / file.name)
    registry.accept()
    return registry


def test_several_networks_are_given_each_for_its_kind(tmp_path):
    lines = [save(bars_model(), tmp_path / f"{name}.onnx", metadata_of("lines")) for name in "ab"]
    digits = save(digit_model(), tmp_path / "d.onnx", metadata_of())
    reader = Reader([lines[0], digits, str(lines[1])])
    assert reader.digit_network.path == digits
    assert [network.path for network in reader.line_networks] == lines


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (("digit", "digit"), "2 networks were given: .* expected one network for single digits"),
        (("lines",) * 4, "expected at most 3 networks for lines"),
    ],
)
def test_too_many_of_a_kind_are_refused(tmp_path, kinds, message):
    files = [
        save(digit_model() if kind == "digit" else bars_model(), tmp_path / f"{number}.onnx", metadata_of(kind))
        for number, kind in enumerate(kinds)
    ]
    with pytest.raises(ModelFileError, match=message):
        Reader(files)


def test_accepted_networks_are_read_with_where_they_are_asked_for(tmp_path):
    lines = save(bars_model(), tmp_path / "lines-1.onnx", metadata_of("lines"))
    registry = accept(tmp_path, SHIPPED_MODELS / "digits.onnx", lines)
    reader = Reader(adapted=tmp_path)
    assert reader.adapted == registry.current
    assert reader.digit_network.path == registry.current.files[0]
    assert [network.path for network in reader.line_networks] == [registry.current.files[1]]
    assert Reader().adapted is None


def test_the_users_own_folder_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("inkdigits.read.models.chosen.default_data_dir", lambda: tmp_path)
    accept(tmp_path, SHIPPED_MODELS / "digits.onnx", SHIPPED_MODELS / "lines-1.onnx")
    assert Reader(adapted=True).adapted.name == "taught-0001"


def test_without_accepted_networks_there_is_an_error(tmp_path):
    with pytest.raises(ModelFileError, match=r"no adapted networks are in use in .* run `inkdigits teach` first"):
        Reader(adapted=tmp_path)


def test_a_version_from_before_lines_were_taught_leaves_lines_as_they_are(tmp_path):
    lines = save(bars_model(), tmp_path / "mine.onnx", metadata_of("lines"))
    folder = registry_dir(tmp_path, lines)
    (folder / "taught").mkdir(parents=True)
    shutil.copy(SHIPPED_MODELS / "digits.onnx", folder / "taught" / "taught-0001.onnx")
    (folder / "taught" / "shelf.json").write_text('{"accepted": ["taught-0001.onnx"], "candidate": null, "made": 1}')
    reader = Reader(lines, adapted=tmp_path)
    assert reader.digit_network.path.name == "taught-0001.onnx"
    assert [network.path for network in reader.line_networks] == [lines]
