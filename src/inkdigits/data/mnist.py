"""MNIST from a folder, the cache or a mirror. Knows its digests, nothing of how digits are used."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from inkdigits.core.atomic import storage_errors, write_bytes
from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Dataset, Provenance
from inkdigits.data.download import STALL_S, download
from inkdigits.data.folders import VARIABLE, cache_folder, local_folders
from inkdigits.data.formats.idx import part_from_idx
from inkdigits.data.formats.parts import make_dataset
from inkdigits.data.hands.mnist_writers import with_writers
from inkdigits.data.payload import read_payload, sha256

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)

DIGESTS: Mapping[str, str] = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of each file's unpacked content: plain files are as good as gzipped ones."""

_PLACES = (".", "mnist", "MNIST/raw")
"""Where the files may lie in a folder; the last is torchvision's place."""

_WRITERS = "The test digits are by people who wrote none of the training digits."

_ORIGIN = (
    "MNIST (Y. LeCun, C. Cortes, C. J. C. Burges, 1998): digits by employees of the US Census Bureau and by "
    "high-school students, from NIST's special databases 1 and 3"
)

_BY_HAND = f"connect to a network, or put MNIST's four files into one folder and name it with --data-dir or ${VARIABLE}"


def load_mnist(
    data_dir: Path | None = None,
    *,
    cache: Path | None = None,
    mirrors: Sequence[str] = MIRRORS,
    digests: Mapping[str, str] = DIGESTS,
    stall_s: float = STALL_S,
) -> Dataset:
    """Return MNIST's 60,000 training and 10,000 test digits.

    It looks in `data_dir`, $INKDIGITS_DATA and the user's cache. What is missing is downloaded into the cache.
    Several processes may do so at once: each writes whole files.

    Args:
        data_dir: A folder with the four files, plain or gzipped.
        cache: Where downloads are kept; by default the user's cache folder.
        mirrors: Where to download from, in this order.
        digests: SHA-256 of each file's unpacked content, by name.
        stall_s: The longest pause of a mirror.

    Returns:
        The data set; with the writers of its digits if they are on this machine (`with_writers` downloads them).

    Raises:
        DataError: `data_dir` doesn't exist, a local file has the wrong content, or no mirror sends the right one.
        StorageError: The cache can't be written.
    """
    for folder in local_folders(data_dir):
        found = _find_all(folder, digests)
        if found:
            payloads = {name: _read_checked(path, digests[name]) for name, path in found.items()}
            return _dataset(payloads, digests, folder, data_dir)
    cache = cache or cache_folder("mnist")
    payloads, used = _read_cache(cache, list(mirrors), digests, stall_s)
    return _dataset(payloads, digests, cache, data_dir, *(f"downloaded from {mirror}" for mirror in used))


def find_mnist() -> Path | None:
    """Return the folder with all of MNIST's files that `load_mnist` would take, unread; None where there is none."""
    for folder in (*local_folders(None), cache_folder("mnist")):
        try:
            if _find_all(folder, DIGESTS):
                return folder
        except DataError:  # a part of them
            continue
    return None


def _find(folder: Path, name: str) -> Path | None:
    """Return the file with this name in one of its usual spellings, also in a folder of its own name."""
    dotted = name.replace("-idx", ".idx")
    for spelling in (name, f"{name}.gz", dotted, f"{dotted}.gz", f"{name}/{name}", f"{dotted}/{dotted}"):
        if (folder / spelling).is_file():
            return folder / spelling
    return None


def _find_all(folder: Path, names: Mapping[str, str]) -> dict[str, Path]:
    """Return the paths of all files in or below `folder`, or of none."""
    for place in _PLACES:
        found = {name: path for name in names if (path := _find(folder / place, name))}
        if 0 < len(found) < len(names):
            missing = ", ".join(name for name in names if name not in found)
            raise DataError(
                f"{folder / place} holds a part of MNIST, without {missing}",
                expected="all four files or none",
                mend="add what is missing",
            )
        if found:
            return found
    return {}


def _read_checked(path: Path, digest: str) -> bytearray:
    payload = read_payload(path)
    found = sha256(payload)
    if found != digest:
        raise DataError(
            f"{path} differs from MNIST's file of that name: the SHA-256 of its unpacked content is {found}",
            expected=digest,
            mend="replace or remove that file",
        )
    return payload


def _read_cache(
    cache: Path, mirrors: list[str], digests: Mapping[str, str], stall_s: float
) -> tuple[dict[str, bytearray], list[str]]:
    """Return the unpacked files, downloaded if the cache lacks them, and the mirrors that were used."""
    payloads: dict[str, bytearray] = {}
    used: list[str] = []
    for name, digest in digests.items():
        path = _find(cache, name)
        if path is not None:
            try:
                payloads[name] = _read_checked(path, digest)
                continue
            except DataError:  # a damaged file in the cache is replaced
                with storage_errors(path):
                    path.unlink(missing_ok=True)
        try:
            content, mirror = download(f"{name}.gz", digest, mirrors, stall_s=stall_s)
        except DataError as error:
            raise DataError(
                f"--data uci needs no network; MNIST is not on this machine, and {error.given}",
                expected=error.expected,
                mend=_BY_HAND,
            ) from error
        # A mirror that failed would fail again, after a long wait: try the one that works first.
        mirrors.remove(mirror)
        mirrors.insert(0, mirror)
        used += [mirror] if mirror not in used else []
        with storage_errors(cache):
            cache.mkdir(parents=True, exist_ok=True)
        write_bytes(cache / f"{name}.gz", content)
        payloads[name] = read_payload(content)
    return payloads, used


def _dataset(
    payloads: Mapping[str, bytearray], digests: Mapping[str, str], folder: Path, data_dir: Path | None, *notes: str
) -> Dataset:
    train_images, train_labels, test_images, test_labels = digests
    train = part_from_idx(payloads[train_images], payloads[train_labels], train_images, train_labels)
    test = part_from_idx(payloads[test_images], payloads[test_labels], test_images, test_labels)
    provenance = Provenance(_ORIGIN, sha256=dict(digests), notes=notes, folder=str(folder.absolute()), writers=_WRITERS)
    dataset = make_dataset("mnist", {"train": train, "test": test}, provenance)
    return with_writers(dataset, data_dir, download=False) if digests is DIGESTS else dataset
