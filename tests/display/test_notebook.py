"""A notebook as a learner writes one, run by a real kernel."""

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = [
    "import inkdigits\nfrom inkdigits.layers import Dense",
    "data = inkdigits.load('uci'); data",
    "data.train.show()",
    "run = inkdigits.train([Dense(800, activation='tanh'), Dense(10, activation='softmax')], data, epochs=3)",
    "run.plot()",
    "run.evaluate('test')",
    "run.mistakes('test')",
    "run.mistakes('test')[0].show()",
]
"""Ten lines or fewer: data seen, a network of one's own trained, its curves and its worst mistakes seen."""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    assert {path.name for path in folder.iterdir()} == {"runs"}
    return {cell.source: cell.outputs for cell in notebook.cells}


def html_of(outputs):
    return "".join(output.data["text/html"] for output in outputs if "text/html" in output.get("data", {}))


def test_at_most_ten_lines():
    assert sum(len(source.splitlines()) for source in CELLS) <= 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "shown"),
    [
        ("data =", ["1,438 training and 359 test digits", "<img"]),
        ("data.train", ["1,438 digits", "<img"]),
        ("run.plot", ["<svg", "Loss by epoch", "Accuracy by epoch", "validation"]),
        ("run.evaluate", ["of 359 test digits right", "Confusion matrix"]),
        ("run.mistakes('test')[0]", ["read as", "nearest", "probability"]),
    ],
)
def test_each_cell_shows_what_it_is_about(cells, start, shown):
    source = next(source for source in cells if source.startswith(start))
    html = html_of(cells[source])
    assert all(text in html for text in shown)


def test_training_shows_one_line_that_changes(cells):
    outputs = next(outputs for source, outputs in cells.items() if source.startswith("run ="))
    (line,) = (output.data["text/plain"] for output in outputs if output.output_type == "display_data")
    assert "epoch 3/3" in line
    assert "val_accuracy" in line
    assert not [output for output in outputs if output.output_type == "stream"]
