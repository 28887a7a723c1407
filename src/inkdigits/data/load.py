"""A name or a path -> a data set. Knows which reader is for which format, nothing of how they read."""

from pathlib import Path

from inkdigits.core.errors import DataError
from inkdigits.core.spelling import suggest
from inkdigits.data.dataset import DIGITS, Dataset, Provenance, Split
from inkdigits.data.folder import read_folder
from inkdigits.data.holdout import with_test_set
from inkdigits.data.idx import read_idx_split
from inkdigits.data.mnist import load_mnist
from inkdigits.data.npz import read_npz
from inkdigits.data.payload import payload_sha256
from inkdigits.data.table import read_table
from inkdigits.data.uci import load_uci

NAMES = ("mnist", "uci")

_POSSIBLE = (
    "mnist, uci, or the path of an IDX pair, an .npz in Keras's form, a .csv in Kaggle's form or a folder of pictures"
)


def load(source: str | Path, *, data_dir: str | Path | None = None, skip_bad: bool = False) -> Dataset:
    """Load labelled digits.

    Args:
        source: `mnist`, `uci`, or a path: a folder with IDX files (a training and a test pair, or one pair), an
            IDX file of pictures with its labels beside it, an .npz in Keras's format, a .csv or .csv.gz in
            Kaggle's format, or a folder of pictures with one sub-folder a class. For a folder called mnist
            write ./mnist.
        data_dir: Where to look for MNIST first.
        skip_bad: Whether to leave out unreadable pictures of a folder instead of raising an error.

    Returns:
        The data set. If the source has no test set, a sixth of each class is held back, and `provenance.notes`
        says so.

    Raises:
        DataError: The source is unknown, missing, damaged or in an unknown format.
        StorageError: MNIST was downloaded and can't be saved.

    Examples:
        >>> data = load("uci")
        >>> len(data.train), len(data.test), data.train.images.shape[1:]
        (1438, 359, (28, 28))
    """
    if source == "mnist":
        return load_mnist(Path(data_dir) if data_dir else None)
    if source == "uci":
        return load_uci()
    path = Path(source).expanduser()
    if path.is_dir():
        pairs = _idx_pairs(path)
        return _from_idx(path, pairs) if pairs else read_folder(path, skip_bad=skip_bad)
    if not path.exists():
        raise DataError(
            f"there is no data set or file {str(source)!r}",
            expected=_POSSIBLE,
            mend=suggest(str(source).lower(), NAMES, "check the name or the path"),
        )
    return _from_file(path)


def _from_file(path: Path) -> Dataset:
    name = path.name.lower()
    if name.endswith(".npz"):
        return read_npz(path)
    if name.endswith((".csv", ".csv.gz")):
        digits, provenance = read_table(path), Provenance(str(path), {path.name: payload_sha256(path)})
        return with_test_set(str(path), digits, DIGITS, provenance)
    if "images" in name and ("idx" in name or "ubyte" in name):
        return _from_idx(path, {"all": (path, _labels_of(path))})
    raise DataError(
        f"{path} is in no form that is known by its name",
        expected=_POSSIBLE,
        mend="rename it (….npz, ….csv, …-images-idx3-ubyte) or convert it",
    )


def _idx_pairs(folder: Path) -> dict[str, tuple[Path, Path]]:
    """Return the files of pictures and labels in `folder`, by `train` and `test`, or `all` for a single pair."""
    # Sorted, a plain file comes before its .gz, and the first of a name is taken.
    files: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        if "images" in file.name and ("idx3" in file.name or "ubyte" in file.name) and file.is_file():
            files.setdefault(file.name.removesuffix(".gz"), file)
    if not files:
        return {}
    if len(files) == 1:
        (images,) = files.values()
        return {"all": (images, _labels_of(images))}
    train = [file for name, file in files.items() if "train" in name]
    test = [file for name, file in files.items() if "t10k" in name or "test" in name]
    if len(files) != 2 or len(train) != 1 or len(test) != 1:
        raise DataError(
            f"{folder} holds the IDX pictures {', '.join(sorted(files))}",
            expected="one pair called train-… and one called t10k-… or test-…, or a single pair",
            mend="rename them, or name one file of pictures",
        )
    return {"train": (train[0], _labels_of(train[0])), "test": (test[0], _labels_of(test[0]))}


def _labels_of(images: Path) -> Path:
    plain = images.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    for name in (plain, f"{plain}.gz"):
        if (images.parent / name).is_file():
            return images.parent / name
    raise DataError(
        f"{images} has no labels beside it",
        expected=f"{plain} or {plain}.gz",
        mend="put the file of labels into the same folder",
    )


def _from_idx(path: Path, pairs: dict[str, tuple[Path, Path]]) -> Dataset:
    splits: dict[str, Split] = {}
    digests: dict[str, str] = {}
    for name, (images, labels) in pairs.items():
        splits[name], found = read_idx_split(images, labels)
        digests |= found
    provenance = Provenance(str(path), sha256=digests)
    if "all" in splits:
        return with_test_set(str(path), splits["all"], DIGITS, provenance)
    return Dataset(str(path), train=splits["train"], test=splits["test"], provenance=provenance)
