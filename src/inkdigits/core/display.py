"""How objects are shown in a notebook, and in files elsewhere. Knows views by their names only.

An object of a lower room can't import what draws it. It inherits from `Displayed`, and the package names the view of
each class in `VIEWS`, which is imported when it is first wanted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from inkdigits.core.atomic import write_bytes
from inkdigits.core.errors import ArgumentError
from inkdigits.core.notebook import in_notebook

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns: TypeAlias = "Mapping[str, Sequence[Any] | NDArray[Any]]"
"""Named columns of equal length."""

VIEWS: dict[str, str] = {}
"""Class (`module.Name`) -> its view (`module.Name`), which is made from the object."""


@dataclass(frozen=True)
class Drawing:
    """A picture that is not yet written anywhere.

    Attributes:
        content: The bytes of the file.
        ending: "png" or "svg".
        html: The same for a notebook, in its colours.
    """

    content: bytes
    ending: str
    html: str

    def save(self, path: Path) -> Path:
        """Write the picture.

        Args:
            path: The file; one that exists is replaced.

        Returns:
            The path.

        Raises:
            ArgumentError: The path has another ending.
            StorageError: The file can't be written.
        """
        if path.suffix.lower() != f".{self.ending}":
            raise ArgumentError(
                f"the path {path}",
                expected=f"a name that ends with .{self.ending}",
                mend=f"write {path.with_suffix('.' + self.ending).name}",
            )
        write_bytes(path, self.content)
        return path


class View(Protocol):
    """What can be shown of an object."""

    def html(self) -> str:
        """Return what a cell of a notebook shows when the object is its last expression."""

    def picture(self) -> Drawing:
        """Return the picture of the object."""

    def chart(self) -> Drawing:
        """Return the chart of the object's numbers."""

    def columns(self) -> Columns:
        """Return the object's numbers."""


class Displayed:
    """What public objects share: pictures in cells, pictures in files elsewhere, numbers in a table."""

    def _repr_html_(self) -> str:
        return _view_of(self).html()

    def show(self, path: str | Path | None = None) -> Path | None:
        """Show a picture of it: in a cell of a notebook, in a file elsewhere.

        Args:
            path: The file to write instead; by default a free name in this folder.

        Returns:
            The file; None in a notebook.
        """
        return _show(_view_of(self).picture(), path, _file_name(self))

    def plot(self, path: str | Path | None = None) -> Path | None:
        """Show a chart of its numbers: in a cell of a notebook, in a file elsewhere.

        Args:
            path: The file to write instead; by default a free name in this folder.

        Returns:
            The file; None in a notebook.
        """
        return _show(_view_of(self).chart(), path, f"{_file_name(self)}-chart")

    def frame(self) -> Any:
        """Return its numbers as a pandas DataFrame, or as columns by name where pandas is not installed."""
        columns = _view_of(self).columns()
        if find_spec("pandas") is None:
            return {name: list(values) for name, values in columns.items()}
        return import_module("pandas").DataFrame(dict(columns))


def _view_of(shown: Displayed) -> View:
    for kind in type(shown).__mro__:
        name = VIEWS.get(f"{kind.__module__}.{kind.__qualname__}")
        if name:
            module, _, view = name.rpartition(".")
            made: View = getattr(import_module(module), view)(shown)
            return made
    raise NotImplementedError(f"{type(shown).__name__} has no view")


def _show(drawing: Drawing, path: str | Path | None, name: str) -> Path | None:
    if path is not None:
        return drawing.save(Path(path))
    if in_notebook():
        display = import_module("IPython.display")
        display.display(display.HTML(drawing.html))
        return None
    saved = drawing.save(_free_path(name, drawing.ending))
    sys.stderr.write(f"{saved}\n")
    return saved


def _file_name(shown: Displayed) -> str:
    return type(shown).__name__.lower()


def _free_path(name: str, ending: str) -> Path:
    path, number = Path(f"{name}.{ending}"), 2
    while path.exists():
        path, number = Path(f"{name}-{number}.{ending}"), number + 1
    return path
