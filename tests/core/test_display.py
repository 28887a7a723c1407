import subprocess
import sys

import numpy as np
import pytest

import inkdigits
from inkdigits.core.errors import ArgumentError


@pytest.fixture(scope="module")
def data():
    return inkdigits.load("uci")


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return inkdigits.train("softmax", data, epochs=3, out=tmp_path_factory.mktemp("display") / "run", progress=False)


def shown(data, run):
    return {
        "dataset": data,
        "split": data.test,
        "recipe": run.recipe,
        "cnn": inkdigits.load_recipe("cnn"),
        "lines": inkdigits.load_recipe("reader-lines"),
        "network": run.network,
        "run": run,
        "history": run.history,
        "evaluation": run.evaluate("test"),
        "mistakes": run.mistakes("test"),
        "mistake": run.mistakes("test")[0],
    }


NAMES = [
    "dataset", "split", "recipe", "cnn", "lines", "network", "run", "history", "evaluation", "mistakes", "mistake",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_outside_a_notebook_pictures_go_to_files(name, data, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one = shown(data, run)[name]
    written = [one.show(), one.plot(), one.show()]
    assert len(set(written)) == 3
    for path in written:
        content = (tmp_path / path).read_bytes()
        assert content.startswith(b"\x89PNG" if path.suffix == ".png" else b"<svg")
        assert b"var(--" not in content


@pytest.mark.parametrize("name", NAMES)
def test_html_and_text_are_short_enough_to_read(name, data, run):
    one = shown(data, run)[name]
    html = one._repr_html_()
    assert html.count('class="inkdigits"') >= 1
    assert len(html) < 200_000
    assert "<script" not in html
    assert len(repr(one)) < 600
    assert "\n" not in repr(one)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_come_as_a_frame(name, data, run):
    import pandas

    frame = shown(data, run)[name].frame()
    assert isinstance(frame, pandas.DataFrame)
    assert len(frame.columns) >= 2


def test_frames_hold_the_figures(data, run):
    assert run.history.frame()["val_accuracy"].tolist() == run.history["val_accuracy"]
    assert data.frame()["train"].sum() == len(data.train)
    pixels = data.test.frame()
    assert pixels["label"].tolist() == data.test.labels.tolist()
    np.testing.assert_array_equal(pixels.drop(columns="label").to_numpy(), data.test.images.reshape(-1, 784))
    mistakes = run.mistakes("test")
    assert mistakes.frame()["index"].tolist() == [each.index for each in mistakes]


def test_without_pandas_a_frame_is_columns():
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import inkdigits\n"
        "frame = inkdigits.load('uci').frame()\n"
        "assert list(frame) == ['class', 'train', 'test'] and sum(frame['train']) == 1438"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_path_of_another_kind_is_told(data, tmp_path):
    with pytest.raises(ArgumentError, match=r"expected a name that ends with \.png; write digits\.png"):
        data.show(tmp_path / "digits.svg")
    assert data.show(tmp_path / "digits.png") == tmp_path / "digits.png"


def test_a_mistake_is_explained_by_its_run(run):
    first = run.mistakes("test")[0]
    html = first._repr_html_()
    assert f"nearest {first.label}" in html
    assert f"{run.classes[first.label]} read as {run.classes[first.prediction]}" in html
    assert repr(run.mistakes("test")[:3][0]) == repr(first)


@pytest.mark.slow
def test_what_draws_is_imported_only_to_draw():
    code = (
        "import sys, tempfile, inkdigits\n"
        "run = inkdigits.train('softmax', 'uci', epochs=1, out=tempfile.mkdtemp() + '/run', progress=False)\n"
        "repr(run), repr(run.history)\n"
        "assert not {'matplotlib', 'IPython', 'pandas', 'inkdigits.display'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_public_is_short_enough_to_print(data, run):
    from inkdigits.read.result import Alternative, Cell, Digit, Line, Reading, Table

    digit = Digit("7", 0.98, (1000, 2000, 3000, 4000), (Alternative("1", 0.01),) * 9)
    line = Line((digit,) * 500, 0.9, digit.box)
    table = Table(digit.box, ((Cell("777", 0.9, digit.box),) * 50,) * 50)
    reading = Reading((line,) * 50, tables=(table,))
    others = (digit, line, table, reading, data.splits(0.1), data.provenance, run.verdict())
    assert all(len(repr(one)) < 600 for one in others)
