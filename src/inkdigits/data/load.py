"""A name or a path -> a data set. Knows which reader is for which format, nothing of how they read."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from inkdigits.core.errors import DataError
from inkdigits.core.spelling import suggest
from inkdigits.data.changes import DataChanges, change_dataset
from inkdigits.data.dataset import Dataset, Provenance, Split
from inkdigits.data.formats.folder import read_folder
from inkdigits.data.formats.idx import read_idx_part
from inkdigits.data.formats.label_values import read_mapping
from inkdigits.data.formats.layouts import Pairs, csv_files, idx_labels, idx_pairs, npz_labels, npz_pairs
from inkdigits.data.formats.npz import has_labels, read_npz, read_npz_pair
from inkdigits.data.formats.parts import Part, PartName, make_dataset
from inkdigits.data.formats.table import TABLE_SUFFIXES, read_any_table, read_table
from inkdigits.data.hands import pendigits, swiss, uji
from inkdigits.data.in_memory import Pair, dataset_from
from inkdigits.data.mnist import load_mnist
from inkdigits.data.payload import payload_sha256
from inkdigits.data.review import apply_review
from inkdigits.data.uci import load_uci

_LOADERS: Mapping[str, Callable[[Path | None], Dataset]] = {
    "mnist": load_mnist,
    "uci": lambda _: load_uci(),
    pendigits.NAME: pendigits.load_pendigits,
    swiss.NAME: swiss.load_swiss,
    uji.NAME: uji.load_uji,
}

NAMES = tuple(_LOADERS)

_POSSIBLE = f"{', '.join(NAMES)}, or the path of an IDX pair, an .npz, a .csv or a folder of pictures"


class LoadArguments(DataChanges, total=False):
    """The arguments of `load` beside what to load, all optional."""

    data_dir: str | Path | None
    skip_bad: bool
    one_class: bool
    review: str | Path | None


DataSource = str | Path | Pair | tuple[Pair, Pair] | Split
"""A name, a path, or pictures and labels in memory."""


def load(
    source: DataSource,
    *,
    data_dir: str | Path | None = None,
    skip_bad: bool = False,
    one_class: bool = False,
    review: str | Path | None = None,
    **changes: Unpack[DataChanges],
) -> Dataset:
    """Load labelled digits.

    Args:
        source: `mnist`, `uci`, `pendigits`, `swiss-numbers`, `uji-penchars`, or a path: a folder with IDX files (a
            training and a test pair, or one pair), an IDX file of pictures with its labels beside it, an .npz in the
            form of Keras, scikit-learn, MedMNIST or KMNIST, a .csv or .csv.gz as Kaggle's, a folder with train.csv and
            test.csv, or a folder of pictures with one sub-folder a class. For a folder called mnist write ./mnist. If a
            folder holds several data sets, the path ends with how the names of one begin: gzip/emnist-digits. Or
            pictures and labels in memory, as for `dataset_from`.
        data_dir: Where to look first for a data set that has a name.
        skip_bad: Whether to leave out unreadable pictures of a folder instead of raising an error.
        one_class: Whether to take data whose digits are all of one class, which is mostly a mistake.
        review: A file of decisions on labels, as `inkdigits review` makes it: they are applied first.
        **changes: What to change in all pictures or labels: `invert`, `transpose`, `mirror`, `flip`, `centre` (True)
            and `shift_labels` (a number added to each).

    Returns:
        The data set. If the source has no test set, a sixth of each class is held back, and `provenance.notes`
        says so.

    Raises:
        DataError: The source is unknown, missing, damaged or in an unknown format, or has only one class; or the
            decisions are about other data.
        StorageError: Digits were downloaded and can't be saved.

    Examples:
        >>> data = load("uci")
        >>> len(data.train), len(data.test), data.train.images.shape[1:]
        (1438, 359, (28, 28))
    """
    unknown = changes.keys() - DataChanges.__annotations__.keys()
    if unknown:
        raise TypeError(f"load() got an unexpected keyword argument {min(unknown)!r}")
    dataset = _load(source, data_dir, skip_bad=skip_bad)
    if review is not None:
        dataset = apply_review(dataset, review)
    dataset = change_dataset(dataset, **changes)
    labels = dataset.train.labels
    if (labels == labels[0]).all():
        if not one_class:
            raise DataError(
                f"{dataset.name} has only digits of the class {dataset.classes[labels[0]]} to train on",
                expected="at least two classes",
                mend="check which column or folder the labels come from; if that is intended, add --one-class",
            )
        provenance = dataset.provenance
        dataset = replace(dataset, provenance=replace(provenance, changes=provenance.changes | {"one_class": True}))
    return dataset


def _load(source: DataSource, data_dir: str | Path | None, *, skip_bad: bool) -> Dataset:
    if isinstance(source, str) and source in _LOADERS:
        return _LOADERS[source](Path(data_dir) if data_dir else None)
    if not isinstance(source, (str, Path)):
        return dataset_from(source)
    path = Path(source).expanduser()
    if path.is_dir():
        return _from_folder(path, "") or read_folder(path, skip_bad=skip_bad)
    if path.exists():
        return _from_file(path)
    found = _from_folder(path.parent, path.name) if path.parent.is_dir() and path.name and not path.suffix else None
    if found is None:
        raise DataError(
            f"there is no data set or file {str(source)!r}",
            expected=_POSSIBLE,
            mend=suggest(str(source).lower(), NAMES, "check the name or the path"),
        )
    return replace(found, name=str(path.absolute()))  # runs remember it, and it exists in no other folder


def _from_folder(folder: Path, prefix: str) -> Dataset | None:
    """Return the data set in a folder's IDX, .npz or .csv files whose names begin with `prefix`, if there is one."""
    pairs = idx_pairs(folder, prefix)
    if pairs:
        return _from_idx(folder, pairs)
    pairs = npz_pairs(folder, prefix)
    if pairs:
        return _from_npz_pairs(folder, pairs)
    tables = csv_files(folder, prefix)
    if tables:
        return _from_tables(folder, tables)
    archives = [] if prefix else sorted(folder.glob("*.npz"))
    return _from_file(archives[0]) if len(archives) == 1 else None


def _from_file(path: Path) -> Dataset:
    name = path.name.lower()
    if name.endswith(".npz"):
        if has_labels(path):
            return make_dataset(str(path), read_npz(path), _provenance(path, path))
        return _from_npz_pairs(path, {"train": (path, npz_labels(path))})
    if name.endswith(TABLE_SUFFIXES):
        return _from_tables(path, {"train": path})
    if "images" in name and ("idx" in name or "ubyte" in name):
        return _from_idx(path, {"train": (path, idx_labels(path))})
    raise DataError(
        f"{path} has a name that matches no known format",
        expected=_POSSIBLE,
        mend="rename it (….npz, ….csv, …-images-idx3-ubyte) or convert it",
    )


def _from_idx(path: Path, pairs: Pairs) -> Dataset:
    parts: dict[PartName, Part] = {}
    digests: dict[str, str] = {}
    for name, (images, labels) in pairs.items():
        parts[name], found = read_idx_part(images, labels)
        digests |= found
    return make_dataset(str(path), parts, Provenance(str(path), sha256=digests), read_mapping(pairs["train"][0]))


def _from_npz_pairs(path: Path, pairs: Pairs) -> Dataset:
    parts = {name: read_npz_pair(images, labels) for name, (images, labels) in pairs.items()}
    return make_dataset(str(path), parts, _provenance(path, *(file for pair in pairs.values() for file in pair)))


def _from_tables(path: Path, tables: dict[PartName, Path]) -> Dataset:
    parts: dict[PartName, Part] = {"train": read_table(tables["train"])}
    notes: tuple[str, ...] = ()
    if "test" in tables:
        test = read_any_table(tables["test"])
        if test.labels is None:
            notes = (f"{tables['test'].name} has no labels: inkdigits predict RUN {tables['test']} --out answers.csv",)
        else:
            parts["test"] = Part(test.images, test.labels, f"the label column of {tables['test']}", test.notes)
    used = [tables[name] for name in parts]
    provenance = replace(_provenance(path, *used), notes=notes)
    return make_dataset(str(path), parts, provenance, read_mapping(tables["train"]))


def _provenance(path: Path, *files: Path) -> Provenance:
    return Provenance(str(path), sha256={file.name: payload_sha256(file) for file in files})
