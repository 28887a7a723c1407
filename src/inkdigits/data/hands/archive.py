"""Members of a downloaded zip archive, found by name and checked by digest. Knows nothing of what they mean."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from inkdigits.core.errors import DataError
from inkdigits.data.download import MAX_BYTES
from inkdigits.data.hands.lzw import unpack_lzw
from inkdigits.data.payload import sha256


def read_members(content: bytes, is_wanted: Callable[[PurePosixPath], bool]) -> dict[PurePosixPath, bytes]:
    """Return members of a zip archive, in the order of their paths.

    Args:
        content: The archive's bytes.
        is_wanted: Takes the path of a member and tells whether to read it.

    Returns:
        The content of the members by path.

    Raises:
        DataError: It is no zip archive, is damaged, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [
                info for info in archive.infolist() if not info.is_dir() and is_wanted(PurePosixPath(info.filename))
            ]
            if sum(info.file_size for info in wanted) > 4 * MAX_BYTES:
                raise DataError("an archive that unpacks to too much", **_EXPECTED)
            paths = sorted(wanted, key=lambda info: info.filename)
            return {PurePosixPath(info.filename): archive.read(info) for info in paths}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise DataError(f"a damaged archive ({error})", **_EXPECTED) from error


def read_named(content: bytes, digests: Mapping[str, str]) -> dict[str, bytes]:
    """Return files of a zip archive by their names, `.Z` unpacked, each checked.

    Args:
        content: The archive's bytes.
        digests: SHA-256 of each file's unpacked content, by its name without folders and without .Z.

    Returns:
        The unpacked content by name, in the order of `digests`.

    Raises:
        DataError: The archive is damaged, or a file is missing or has other content.
    """
    members = read_members(content, lambda path: path.name.removesuffix(".Z") in digests)
    found = {path.name: member for path, member in members.items()}
    result = {}
    for name, digest in digests.items():
        if name in found:
            result[name] = found[name]
        elif f"{name}.Z" in found:
            result[name] = unpack_lzw(found[f"{name}.Z"], f"{name}.Z", max_bytes=MAX_BYTES)
        else:
            raise DataError(f"an archive without {name}", **_EXPECTED)
        check_digest(name, result[name], digest)
    return result


def check_digest(name: str, content: bytes, digest: str) -> None:
    """Raise an error unless content has the right digest.

    Args:
        name: What to call it in the error.
        content: The bytes.
        digest: Their SHA-256 as it should be.

    Raises:
        DataError: They have another.
    """
    found = sha256(content)
    if found != digest:
        raise DataError(
            f"other content of {name} (SHA-256 {found[:12]}…)",
            expected=f"SHA-256 {digest}",
            mend="download or copy it again",
        )


_EXPECTED = {"expected": "the archive as its publisher has it", "mend": "download or copy it again"}
