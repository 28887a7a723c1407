"""Which files of a folder belong together: training and test set, pictures and labels. Knows nothing of their content.

Files are known by the words of their names, as MNIST, EMNIST, KMNIST and Kaggle have them. A file may lie in a folder
of its own name, as archives of Kaggle unpack.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from inkdigits.core.errors import DataError
from inkdigits.data.formats.parts import PartName

Pairs = dict[PartName, tuple[Path, Path]]
"""The files of pictures and labels of each part."""

_TEST_WORDS = ("t10k", "test")
_PICTURES_AND_LABELS = (("images", "labels"), ("imgs", "labels"))


def idx_pairs(folder: Path, prefix: str = "") -> Pairs:
    """Return the IDX files of pictures and labels of a folder; empty if there are none.

    Args:
        folder: Where they lie, each alone or in a folder of its own name.
        prefix: How their names begin, to choose one of several data sets.

    Raises:
        DataError: They are of several data sets, or labels are missing.
    """
    files: dict[str, Path] = {}
    for name, file in _files(folder).items():
        if "images" in name and ("idx3" in name or "ubyte" in name) and name.startswith(prefix):
            files[name] = file
    return _pairs(folder, files, "IDX pictures", idx_labels)


def idx_labels(images: Path) -> Path:
    """Return the IDX file of labels beside a file of pictures.

    Args:
        images: The file of pictures.

    Raises:
        DataError: There is none.
    """
    name = _plain_name(images).replace("images", "labels").replace("idx3", "idx1")
    folder = images.parent
    found = _files(folder.parent if folder.name == images.name else folder).get(name)
    if found is not None:
        return found
    raise DataError(
        f"{images} has no labels beside it",
        expected=f"{name} or {name}.gz",
        mend="put the file of labels into the same folder",
    )


def npz_pairs(folder: Path, prefix: str = "") -> Pairs:
    """Return the .npz files of pictures and labels of a folder, as KMNIST has them; empty if there are none.

    Args:
        folder: Where they lie.
        prefix: How their names begin, to choose one of several data sets.

    Raises:
        DataError: They are of several data sets, or labels are missing.
    """
    files = {
        file.name: file
        for file in sorted(folder.glob("*.npz"))
        if ("imgs" in file.name or "images" in file.name) and file.name.startswith(prefix)
    }
    return _pairs(folder, files, ".npz pictures", npz_labels)


def npz_labels(images: Path) -> Path:
    """Return the .npz file of labels beside a file of pictures.

    Args:
        images: The file of pictures.

    Raises:
        DataError: There is none.
    """
    for pictures, labels in _PICTURES_AND_LABELS:
        found = images.with_name(images.name.replace(pictures, labels))
        if found != images and found.is_file():
            return found
    raise DataError(
        f"{images} has no labels beside it",
        expected=images.name.replace("imgs", "labels").replace("images", "labels"),
        mend="put the file of labels into the same folder",
    )


def csv_files(folder: Path, prefix: str = "") -> dict[PartName, Path]:
    """Return the tables of a folder with a training and a test table, as Kaggle has them; empty if it has no such.

    Args:
        folder: Where they lie.
        prefix: How their names begin, to choose one of several data sets.

    Raises:
        DataError: There are several of one kind.
    """
    files = {_plain_name(file): file for file in sorted(folder.glob("*.csv*")) if _plain_name(file).endswith(".csv")}
    train = [file for name, file in files.items() if "train" in name.lower() and name.startswith(prefix)]
    test = [file for name, file in files.items() if "test" in name.lower() and name.startswith(prefix)]
    if not train:
        return {}
    if len(train) > 1 or len(test) > 1:
        raise _ambiguous(folder, "tables", {file.name: file for file in (*train, *test)})
    found: dict[PartName, Path] = {"train": train[0]}
    return {**found, "test": test[0]} if test else found


def _files(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their plain names: a plain file comes before its .gz, both before a folder's."""
    found: dict[str, Path] = {}
    entries = sorted(folder.iterdir())
    within = [entry / entry.name for entry in entries if entry.is_dir()]
    for file in [*entries, *within]:
        if file.is_file():
            found.setdefault(_plain_name(file), file)
    return found


def _plain_name(file: Path) -> str:
    """Return a file's name without .gz, and with MNIST's two spellings (….idx3-ubyte, …-idx3-ubyte) as one."""
    return file.name.removesuffix(".gz").replace(".idx", "-idx")


def _pairs(folder: Path, files: Mapping[str, Path], kind: str, labels_of: Callable[[Path], Path]) -> Pairs:
    """Return pairs by part: of one file of pictures it is the training set, of two one must be called as a test set."""
    if not files:
        return {}
    is_test = {name: any(word in name.lower() for word in _TEST_WORDS) for name in files}
    train = [file for name, file in files.items() if not is_test[name]]
    test = [file for name, file in files.items() if is_test[name]]
    if len(files) == 1:
        train, test = train or test, []
    if len(train) != 1 or len(test) > 1:
        raise _ambiguous(folder, kind, files)
    found: Pairs = {"train": (train[0], labels_of(train[0]))}
    if test:
        found["test"] = (test[0], labels_of(test[0]))
    return found


def _ambiguous(folder: Path, kind: str, files: Mapping[str, Path]) -> DataError:
    # Files of one data set begin alike: "emnist-digits-train-images" -> "emnist-digits".
    prefixes = sorted({re.split("[-_.]?(?:train|t10k|test|images|imgs)", name)[0] for name in files} - {""})
    which = f"name one of them: {folder / prefixes[0]}" if len(prefixes) > 1 else "rename them, or name one file"
    return DataError(
        f"{folder} holds the {kind} {', '.join(sorted(files))}",
        expected="one called train-… and one called t10k-… or test-…, or a single one",
        mend=which,
    )
