"""Which pictures are read next: the parts of a job that are not done yet. Knows nothing of processes."""

import threading
from collections.abc import Iterable, Iterator, Sequence

from inkdigits.core.errors import InkdigitsError
from inkdigits.read.bulk.sources.contents import StreamedContents
from inkdigits.read.bulk.sources.reference import PictureReference
from inkdigits.read.bulk.worker_process import Part

_PART_S = 4.0
"""How long a part should take: what a kill costs, and long against saving it."""

_MAX_PICTURES = 256
_FIRST_PICTURES = 4
"""Pictures of a part, at most and as long as nothing is known of how long they take."""

_MAX_BYTES = 32_000_000
"""A part ends when the pictures that go along with it have so many bytes."""


class Plan:
    """Cuts the pictures that are not read yet into parts, as they are asked for. Several threads may ask.

    Args:
        references: All pictures of the job.
        done: First number and count of each finished part, in their order.
        left: How many pictures are not done.
        readers: How many parts are read at once.
        column: Where tables have their pictures.

    Examples:
        >>> pictures = [PictureReference(name, name) for name in "abcdefgh"]
        >>> plan = Plan(iter(pictures), [(1, 2)], left=6, readers=1)
        >>> [[one.source for one in part.references] for part in iter(plan.next_part, None)]
        [['a'], ['d', 'e'], ['f'], ['g'], ['h']]
    """

    def __init__(
        self,
        references: Iterator[PictureReference],
        done: Iterable[tuple[int, int]],
        left: int,
        readers: int,
        column: str | None = None,
    ) -> None:
        self._pictures = _runs(references, done)
        self._left, self._readers = left, readers
        self._contents = StreamedContents(column)
        self._lock, self._seconds, self._count = threading.Lock(), 0.0, 0.0
        self._ahead: tuple[int, PictureReference] | None = None

    def next_part(self) -> Part | None:
        """Return the next pictures to read; None if there are none left."""
        with self._lock:
            size, total_bytes = self._size(), 0
            references: list[PictureReference] = []
            contents: list[bytes | None] = []
            first, self._ahead = self._ahead or next(self._pictures, None), None
            start = number = first[0] if first else 0
            one = first
            while one is not None:
                if one[0] != number:  # the pictures between them are done
                    self._ahead = one
                    break
                reference, content = self._with_content(one[1])
                references.append(reference)
                contents.append(content)
                total_bytes += len(content or b"")
                number += 1
                if len(references) >= size or total_bytes >= _MAX_BYTES:
                    break
                one = next(self._pictures, None)
            self._left -= len(references)
            return Part(start, tuple(references), tuple(contents)) if references else None

    def note(self, count: int, seconds: float) -> None:
        """Take note of how long pictures took, for the size of the parts to come.

        Args:
            count: Of the pictures.
            seconds: Of one reader.
        """
        with self._lock:
            self._seconds, self._count = 0.7 * self._seconds + seconds, 0.7 * self._count + count

    def _size(self) -> int:
        """Return how many pictures a part has: a few seconds' work, near the end less, so that all end together."""
        by_time = _FIRST_PICTURES if not self._count else int(_PART_S * self._count / max(self._seconds, 1e-9))
        return max(1, min(by_time, _MAX_PICTURES, self._left // (2 * self._readers)))

    def _with_content(self, reference: PictureReference) -> tuple[PictureReference, bytes | None]:
        try:
            return reference, self._contents.get(reference)
        except InkdigitsError as error:
            return PictureReference(reference.source, reference.path, fault=str(error)), None


def _runs(
    references: Iterator[PictureReference], done: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, PictureReference]]:
    """Yield number and reference of the pictures that are not done."""
    finished = iter(done)
    start, count = next(finished, (-1, 0))
    for number, reference in enumerate(references):
        while 0 <= start + count <= number and count:
            start, count = next(finished, (-1, 0))
        if not (count and start <= number):
            yield number, reference


def merge_ranges(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges of numbers as few ranges.

    Args:
        parts: First number and count of each, in their order, without overlap.

    Examples:
        >>> merge_ranges([(0, 4), (4, 2), (9, 1)])
        [(0, 6), (9, 1)]
    """
    merged: list[tuple[int, int]] = []
    for start, count in parts:
        if merged and sum(merged[-1]) == start:
            merged[-1] = (merged[-1][0], merged[-1][1] + count)
        else:
            merged.append((start, count))
    return merged
