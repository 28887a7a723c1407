"""A reference to a picture -> its file or bytes. Knows nothing of what the picture shows."""

from collections.abc import Callable, Iterator
from pathlib import Path

from inkdigits.core.errors import PictureError
from inkdigits.read.bulk.sources.archives import COMPRESSED_TAR_SUFFIXES, ArchiveReader, stream_tar
from inkdigits.read.bulk.sources.locations import is_address, is_only_here, read_file
from inkdigits.read.bulk.sources.picture_tables import stream_table
from inkdigits.read.bulk.sources.reference import PictureReference


class PictureContents:
    """Gets at pictures that any process can reach."""

    def __init__(self) -> None:
        self._archives = ArchiveReader()

    def get(self, reference: PictureReference) -> Path | bytes:
        """Return a file of this machine, or the bytes of a picture.

        Args:
            reference: To anything but what can only be read in order.

        Raises:
            PictureError: It is missing, damaged or too large.
        """
        if reference.kind != "file":
            return self._archives.read(reference)
        return read_file(reference.path) if is_address(reference.path) else Path(reference.path)


class StreamedContents:
    """Gets at pictures that only one process can reach: those in its memory, and those that can only be read in order.

    Args:
        column: Where tables have their pictures.
    """

    def __init__(self, column: str | None = None) -> None:
        self._column, self._path = column, ""
        self._stream: Iterator[tuple[int, Callable[[], bytes]]] = iter(())
        self._contents = PictureContents()

    def get(self, reference: PictureReference) -> bytes | None:
        """Return the bytes of a picture; None for one that any process can reach.

        Args:
            reference: Of one container the references come in their order, with gaps.

        Raises:
            PictureError: It is missing, damaged or too large.
        """
        if reference.fault:
            return None
        if reference.kind == "stream":
            return self._next(reference)
        if is_only_here(reference.path):
            content = self._contents.get(reference)
            assert isinstance(content, bytes)
            return content
        return None

    def _next(self, reference: PictureReference) -> bytes:
        if reference.path != self._path:
            tar = reference.path.lower().endswith(COMPRESSED_TAR_SUFFIXES)
            self._path = reference.path
            self._stream = stream_tar(self._path) if tar else stream_table(self._path, self._column)
        for place, read in self._stream:
            if place == reference.place:
                return read()
        raise PictureError(
            f"{reference.source} is no longer there", expected=f"{reference.path} as it was", mend="start again"
        )
