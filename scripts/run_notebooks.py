"""Executes the notebooks of the tutorials, English and Korean, and writes them back with their outputs.

    python scripts/run_notebooks.py [NAME ...]      # by default all, in full; MNIST is downloaded where it is absent

The twins of a notebook share a kernel: a cell whose code is the same in both is executed once, for both. Where their
strings differ (heads of tables, for example), each is executed. Such a cell may not show progress.
"""

import argparse
import contextlib
import copy
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbclient import NotebookClient

DOCS = Path(__file__).parents[1] / "docs"
FOLDERS = (DOCS / "tutorials", DOCS / "ko" / "tutorials")

_SHORT = (
    (r'"mnist"', '"uci"'),
    (r"\b(epochs|steps|record_every)( ?= ?)\d+", r"\g<1>\g<2>1"),
    (r"range\(1, \d+\)", "range(1, 3)"),
)
"""What makes a cell short: data that needs no download, one epoch or step, two seeds."""

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

_TIMEOUT_S = 600


class Twins(NamedTuple):
    """A notebook in both languages."""

    english: Any
    korean: Any

    def cells(self) -> Iterator[tuple[Any, Any]]:
        """Yield each code cell with its twin."""
        yield from zip(*([cell for cell in each.cells if cell.cell_type == "code"] for each in self), strict=True)


def names() -> list[str]:
    """Return the names of all notebooks, in order."""
    return sorted(path.stem for path in FOLDERS[0].glob("*.ipynb"))


def read_twins(name: str) -> Twins:
    """Read a notebook in both languages.

    Args:
        name: Its file name without the ending.
    """
    return Twins(*(nbformat.read(folder / f"{name}.ipynb", as_version=4) for folder in FOLDERS))


def execute(twins: Twins, client: NotebookClient, *, short: bool = False) -> Twins:
    """Return executed copies of a notebook in both languages.

    Args:
        twins: The notebook.
        client: What `kernel` gives. Nothing of another notebook is left in it but the modules that were imported.
        short: Whether to train for a single step or epoch on the digits that come with scikit-learn.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raises.
    """
    twins = copy.deepcopy(twins)
    with tempfile.TemporaryDirectory() as folder:
        _begin(client, folder)
        client.nb = twins.english
        for number, (cell, twin) in enumerate(twins.cells(), 1):
            place = twins.english.cells.index(cell)
            # The client puts what it executes into the English notebook, so English comes last.
            for each in (cell,) if cell.source == twin.source else (twin, cell):
                source, each.outputs = each.source, []
                each.source = shortened(source) if short else source
                client.execute_cell(each, place)
                each.source = source
            if cell.source == twin.source:
                twin.outputs = copy.deepcopy(cell.outputs)
            cell.execution_count = twin.execution_count = number
    for each in twins:
        _tidy(each)
    return twins


def shortened(source: str) -> str:
    """Return the code of a cell in its short form.

    Args:
        source: The code.

    Examples:
        >>> shortened('inkdigits.train(layers, "mnist", epochs=15)')
        'inkdigits.train(layers, "uci", epochs=1)'
    """
    for pattern, short in _SHORT:
        source = re.sub(pattern, short, source)
    return source


def write_twins(name: str, twins: Twins) -> None:
    """Write a notebook in both languages.

    Args:
        name: The file name without the ending.
        twins: The notebook.
    """
    for folder, notebook in zip(FOLDERS, twins, strict=True):
        (folder / f"{name}.ipynb").write_text(nbformat.writes(notebook) + "\n", "utf-8")


@contextlib.contextmanager
def kernel() -> Iterator[NotebookClient]:
    """Give a kernel that finds the commands of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        timeout=_TIMEOUT_S,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
    )
    with client.setup_kernel(env={**os.environ, "PATH": path}):
        yield client


def _begin(client: NotebookClient, folder: str) -> None:
    """Forget all names in a kernel, and let it work in a folder."""
    cell = nbformat.v4.new_code_cell(f"__import__('os').chdir({folder!r})\n%reset -f")
    client.nb = nbformat.v4.new_notebook(cells=[cell])
    client.execute_cell(cell, 0)


def _tidy(notebook: Any) -> None:
    """Leave nothing in a notebook that differs from one execution to the next but its outputs."""
    notebook.metadata = nbformat.from_dict(_METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("metadata", {}).clear()
            output.pop("transient", None)
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count


def main() -> None:
    """Execute notebooks in full and write them back."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="file names without .ipynb; by default all")
    for name in parser.parse_args().names or names():
        start = time.perf_counter()
        with kernel() as client:
            write_twins(name, execute(read_twins(name), client))
        print(f"{name}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
