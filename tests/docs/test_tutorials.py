"""The notebooks of the tutorials: they run, they show their results, and the two languages say the same in code."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from run_notebooks import DOCS, FOLDERS, execute, kernel, names, read_twins, shortened

DOCUMENTS = 5
PATHS = [folder / f"{name}.ipynb" for name in names() for folder in FOLDERS]

of_each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
of_each_pair = pytest.mark.parametrize("name", names())


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def code(notebook):
    return [cell.source for cell in code_cells(notebook)]


def syntax(source):
    """Return what Python understands of a cell, without strings, comments and lines for IPython."""
    lines = [line for line in source.splitlines() if not line.startswith(("%", "!"))]
    tree = ast.parse("\n".join(lines))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def outputs(path):
    notebook = nbformat.read(path, as_version=4)
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def shown_text(output):
    """Return what a learner reads of an output: no picture data, no SVG, no style."""
    parts = [output.get("text", ""), *(text for kind, text in output.get("data", {}).items() if "text" in kind)]
    without = r"<svg.*?</svg>|<style.*?</style>|src=\"data:[^\"]*\""
    return re.sub(without, "", "\n".join(parts), flags=re.S)


def test_there_are_six_in_both_languages():
    korean = sorted(path.stem for path in FOLDERS[1].glob("*.ipynb"))
    assert names() == korean
    assert [name[0] for name in names()] == [str(number + 1) for number in range(len(korean))]


@of_each_pair
def test_twins_have_the_same_code(name):
    english, korean = read_twins(name)
    assert [syntax(source) for source in code(english)] == [syntax(source) for source in code(korean)]


@of_each_pair
def test_no_training_is_executed_twice(name):
    english, korean = (code(notebook) for notebook in read_twins(name))
    assert [one for one, other in zip(english, korean, strict=True) if one != other and "train(" in one] == []


@of_each_pair
def test_twins_have_the_same_sections(name):
    def levels(notebook):
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        return [len(found) for found in re.findall(r"^(#+) ", text, re.M)]

    english, korean = read_twins(name)
    assert levels(english) == levels(korean)
    assert all(re.search("[가-힣]", cell.source) for cell in korean.cells if cell.cell_type == "markdown")


@of_each_pair
def test_at_most_ten_lines_to_a_trained_network_without_a_file(name):
    lines = []
    for source in code(read_twins(name).english):
        lines += [line for line in source.splitlines() if line.strip()]
        if "train(" in source:
            break
    assert len(lines) <= 10
    assert '"uci"' in "\n".join(lines)


@of_each_notebook
def test_every_cell_is_executed_in_order_and_has_its_pictures(path):
    notebook = nbformat.read(path, as_version=4)
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    text = json.dumps(notebook)
    assert text.count("<svg") + text.count("image/png") + text.count("data:image/png") >= 5
    assert path.stat().st_size < 500_000


@of_each_notebook
def test_a_learner_can_read_every_line(path):
    for output in outputs(path):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"
        text = shown_text(output)
        assert not re.search(r"Traceback|Warning|WARNING|\x1b\[", text)
        assert not re.search(r"(^|[\s'\"(=])(/(home|root|tmp|work|usr|opt|var|Users)/|[A-Z]:\\)", text), text


@of_each_notebook
def test_ids_are_unique_on_the_page(path):
    html = "".join(output.get("data", {}).get("text/html", "") for output in outputs(path))
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@of_each_notebook
def test_metadata_is_the_same_after_every_execution(path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all(not cell.metadata for cell in notebook.cells)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert path.read_text("utf-8") == nbformat.writes(notebook) + "\n"


@pytest.fixture(scope="module")
def client():
    """One kernel for all notebooks: most of the time of a new one goes into imports."""
    with kernel() as client:
        yield client


@pytest.mark.slow
@of_each_pair
def test_every_cell_runs_in_a_short_form(client, name):
    twins = read_twins(name)
    assert [shortened(source) for source in code(twins.english)] != code(twins.english)
    done = execute(twins, client, short=True)
    for before, after in zip(twins, done, strict=True):
        assert code(after) == code(before)
        for cell, executed in zip(code_cells(before), code_cells(after), strict=True):
            assert bool(executed.outputs) == bool(cell.outputs), executed.source


def test_short_forms_need_no_download():
    for name in names():
        assert not any('"mnist"' in shortened(source) for source in code(read_twins(name).english))


@pytest.mark.slow
def test_nothing_is_left_in_the_kernel_for_the_next_notebook(client):
    from nbclient.exceptions import CellExecutionError

    def run(source):
        twins = read_twins(names()[0])
        for notebook in twins:
            notebook.cells = [nbformat.v4.new_code_cell(source)]
        execute(twins, client)

    run("left = 1; from pathlib import Path; Path('file').touch()")
    with pytest.raises(CellExecutionError, match="NameError"):
        run("left")
    run("from pathlib import Path; assert not Path('file').exists()")


@pytest.mark.slow
def test_a_cell_that_raises_is_an_error(client):
    from nbclient.exceptions import CellExecutionError

    twins = read_twins(names()[0])
    for notebook in twins:
        notebook.cells = [nbformat.v4.new_code_cell("1 / 0")]
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(twins, client, short=True)


def rows_of_the_map(folder):
    """Return the cells of each row of the tables that map a document's steps, by document."""
    page = (folder / "index.md").read_text("utf-8")
    return [
        [[cell.strip() for cell in row.strip("|").split("|")] for row in part.splitlines() if row.startswith("| ")]
        for part in re.split(r"^### ", page, flags=re.M)[1:]
    ]


def slug(heading):
    """Return the anchor of a heading, as GitHub and MyST make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("folder", FOLDERS, ids=["English", "Korean"])
def test_every_step_of_the_documents_leads_to_a_section(folder: Path):
    documents = rows_of_the_map(folder)
    assert len(documents) == DOCUMENTS
    for rows in documents:
        assert len(rows) > 10
        for *_, place in rows[1:]:
            targets = re.findall(r"\]\(([^)]+)\)", place)
            assert targets, place
            for target in targets:
                name, _, anchor = target.partition("#")
                notebook = nbformat.read(folder / name, as_version=4)
                text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
                assert anchor in [slug(heading) for heading in re.findall(r"^#+ (.*)$", text, re.M)], target


def test_both_maps_have_the_same_steps():
    english, korean = ([len(rows) for rows in rows_of_the_map(folder)] for folder in FOLDERS)
    assert english == korean
    assert DOCS.name == "docs"
