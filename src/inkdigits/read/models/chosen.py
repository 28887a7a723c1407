"""The networks that a reader uses: given ones, a user's adapted ones, and for the rest the shipped ones.

Knows no pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from inkdigits.core.errors import ModelFileError
from inkdigits.read.onnx_model import OnnxModel, load_onnx_model
from inkdigits.user_data.folder import default_data_dir, registry_dir
from inkdigits.user_data.model_versions import ModelSet, ModelVersions

SHIPPED_MODELS = Path(__file__).parent
"""The folder of the networks that come with the package."""

MAX_LINE_NETWORKS = 3
"""So many networks read a line together at most: each takes its time."""


class ChosenModels:
    """The networks of a reader. Shipped ones are loaded on first use.

    Args:
        files: Networks in place of the shipped ones of their kind.

    Raises:
        ModelFileError: One can't be used, or they don't fit together.
    """

    def __init__(self, files: Sequence[Path] = ()) -> None:
        given = [load_onnx_model(file) for file in files]
        self._digits = [model for model in given if model.metadata.kind == "digit"]
        self._lines = [model for model in given if model.metadata.kind == "lines"]
        if len(self._digits) > 1:
            raise _misfit(self._digits, "one network for single digits")
        if len(self._lines) > MAX_LINE_NETWORKS:
            raise _misfit(self._lines, f"at most {MAX_LINE_NETWORKS} networks for lines")
        if len({model.metadata.digits for model in self._lines}) > 1:
            raise _misfit(self._lines, "networks that read the same digits")
        if len(self._lines) > 1:  # one thread each: they run in parallel
            self._lines = [load_onnx_model(model.path, threads=1) for model in self._lines]

    @cached_property
    def digit_network(self) -> OnnxModel:
        """The network that reads single digits."""
        return self._digits[0] if self._digits else load_onnx_model(SHIPPED_MODELS / "digits.onnx")

    @cached_property
    def line_networks(self) -> tuple[OnnxModel, ...]:
        """The networks that read lines; several together are more accurate than one."""
        if self._lines:
            return tuple(self._lines)
        return tuple(load_onnx_model(path, threads=1) for path in sorted(SHIPPED_MODELS.glob("lines*.onnx")))


def accepted_models(models: Sequence[Path] = (), data_dir: Path | None = None) -> ModelSet:
    """Return the adapted networks that a user accepted.

    Args:
        models: The networks that they were adapted from; none for the shipped ones.
        data_dir: The user's data folder; None for the usual one.

    Raises:
        ModelFileError: No adapted networks are in use.
        StorageError: A file of `models` can't be read.
    """
    folder = data_dir or default_data_dir()
    adapted = ModelVersions(registry_dir(folder, models)).current
    if adapted is None:
        raise ModelFileError(
            f"no adapted networks are in use in {folder}",
            expected="networks that `inkdigits teach` made and you accepted",
            mend="run `inkdigits teach` first, or read without adapted networks",
        )
    return adapted


def in_place(models: Sequence[Path], adapted: ModelSet | None) -> list[Path]:
    """Return the files of the networks to read with in place of the shipped ones.

    Args:
        models: Given ones.
        adapted: Those that were adapted from them. A version from before 0.2 has none for lines.
    """
    if adapted is None:
        return list(models)
    if len(adapted.files) > 1:
        return list(adapted.files)
    return [*adapted.files, *(file for file in models if load_onnx_model(file).metadata.kind == "lines")]


def files_in_place(model: Path | str | Sequence[Path | str] | None, adapted: bool | Path | str) -> list[Path]:
    """Return the files of the networks to read with in place of the shipped ones.

    Args:
        model: As `Reader` takes it.
        adapted: As `Reader` takes it.

    Raises:
        ModelFileError: No adapted networks are in use.
        StorageError: A file can't be read.
    """
    return in_place(as_paths(model), wanted_models(model, adapted))


def wanted_models(model: Path | str | Sequence[Path | str] | None, adapted: bool | Path | str) -> ModelSet | None:
    """Return the adapted networks that a user asks for; None if that is none.

    Args:
        model: As `Reader` takes it.
        adapted: As `Reader` takes it.

    Raises:
        ModelFileError: No adapted networks are in use.
        StorageError: A file can't be read.
    """
    if adapted is False:
        return None
    return accepted_models(as_paths(model), None if adapted is True else Path(adapted))


def as_paths(model: Path | str | Sequence[Path | str] | None) -> list[Path]:
    """Return the paths of one network, of several or of none.

    Args:
        model: What a user gives.

    Examples:
        >>> as_paths("a.onnx") == as_paths(["a.onnx"]), as_paths(None)
        (True, [])
    """
    if model is None:
        return []
    return [Path(model)] if isinstance(model, (str, Path)) else [Path(one) for one in model]


def _misfit(models: Sequence[OnnxModel], expected: str) -> ModelFileError:
    names = ", ".join(str(model.path) for model in models)
    return ModelFileError(
        f"{len(models)} networks were given: {names}", expected=expected, mend="leave out those that don't fit"
    )
