import PIL.Image
import pytest

from helpers.writing import blank, picture_of, write
from inkdigits.read.onnx_model import load_onnx_model


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("export") / "net.onnx"


@pytest.fixture
def exported(inkdigits, quick_run, file):
    """The outcome of the one export that the tests share."""
    return inkdigits("export", quick_run.path, file, "--half", "--overwrite", "--json")


@pytest.mark.slow
def test_json_names_the_file_and_what_was_measured(exported, file):
    assert exported.status == 0
    assert exported.stderr == ""
    record = exported.json
    words = {"classes", "temperature", "input", "output"}
    assert set(record) == {"file", "bytes", "difference", "measured"} | words
    metadata = load_onnx_model(file).metadata
    assert record["classes"] == list(metadata.classes)
    assert {name: record[name] for name in words - {"classes"}} == {
        "temperature": metadata.temperature,
        "input": metadata.input,
        "output": metadata.output,
    }
    assert record["file"] == str(file)
    assert record["bytes"] == file.stat().st_size
    assert record["difference"] < 1e-3
    assert record["measured"]["examples"] == 359
    assert record["measured"] == load_onnx_model(file).metadata.measured


def test_reading_uses_the_exported_network(inkdigits, quick_run, file, tmp_path):
    text = inkdigits("export", quick_run.path, file, "--overwrite", "--temperature", 1.7).stdout
    assert text.startswith(f"{file}: ")
    assert "of test" in text
    assert load_onnx_model(file).metadata.temperature == 1.7
    canvas = blank(100, 80)
    write(canvas, "3", 20, 20, 60)
    PIL.Image.fromarray(picture_of(canvas)).save(tmp_path / "three.png")
    read = ("read", tmp_path / "three.png", "--single", "--min-confidence", 0, "--json")
    own, shipped = inkdigits(*read, "--model", file).json, inkdigits(*read).json
    assert own["lines"][0]["confidence"] != shipped["lines"][0]["confidence"]
    assert own["lines"][0]["digits"][0]["digit"] in load_onnx_model(file).metadata.classes


@pytest.mark.parametrize(
    ("name", "words"),
    [("net.pt", "expected one that ends in .onnx"), ("taken.onnx", "is there; expected a free name")],
)
def test_names_that_can_not_be_written(inkdigits, quick_run, tmp_path, name, words):
    (tmp_path / "taken.onnx").write_bytes(b"precious")
    done = inkdigits("export", quick_run.path, tmp_path / name)
    assert done.status == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"precious"]


def test_what_is_no_run_and_wrong_usage(inkdigits, tmp_path):
    done = inkdigits("export", tmp_path / "none", tmp_path / "net.onnx")
    assert (done.status, done.stderr[:7]) == (1, "error: ")
    assert inkdigits("export", tmp_path).status == 2
    assert inkdigits("export", tmp_path, "net.onnx", "--temperature", 0).status == 2
