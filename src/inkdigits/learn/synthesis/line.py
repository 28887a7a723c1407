"""MNIST digits in a row -> images of lines, with their transcripts. Knows nothing of networks or whole pages."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import LINE_HEIGHT, LINE_WIDTH_MULTIPLE, Images, Labels
from inkdigits.learn.synthesis.handwriting.numbers import to_label_ids
from inkdigits.learn.synthesis.ink import Ink, composite_ink
from inkdigits.learn.synthesis.line_writer import LineWriter, OtherPeople
from inkdigits.learn.synthesis.paper import crop, make_background, photograph


class LineComposer:
    """Composes images of lines of writing.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        labels: (N,), int64, class numbers 0 … 9.
        writers: (N,), int16, who wrote each digit; None where nobody knows.
        others: People who write a share of the lines.
        signs: Whether signs have label ids of their own.

    Examples:
        >>> images = np.zeros((10, 28, 28), np.uint8)
        >>> images[:, 4:24, 12:16] = 255
        >>> composer = LineComposer(images, np.arange(10))
        >>> line_images, transcripts = composer.batch(4, np.random.default_rng(0))
        >>> line_images.shape[:2], len(transcripts)
        ((4, 40), 4)
    """

    def __init__(
        self,
        images: Images,
        labels: Labels,
        writers: NDArray[np.integer[Any]] | None = None,
        others: OtherPeople | None = None,
        *,
        signs: bool = False,
    ) -> None:
        self._writer, self._signs = LineWriter(images, labels, writers, others), signs

    def batch(
        self, size: int, generator: np.random.Generator, *, length: float | None = None
    ) -> tuple[NDArray[np.uint8], list[list[int]]]:
        """Compose lines of about the same length.

        Args:
            size: How many.
            generator: Draws everything.
            length: About how long, in pixels of the line image; by default that is drawn, too.

        Returns:
            The line images, (size, 40, W), uint8, 0 is paper and 255 is ink, with W a multiple of 8; and the
            transcript of each: its label ids from left to right, as `to_label_ids` numbers them.
        """
        if length is None:
            length = 18 * (1 + generator.gamma(2.2, 2.2))
        written, transcripts = [], []
        for _ in range(size):
            ink, text = self._writer.write(length, generator)
            written.append(ink)
            transcripts.append(to_label_ids(text, signs=self._signs))
        width = -(-max(ink.shape[1] for ink in written) // LINE_WIDTH_MULTIPLE) * LINE_WIDTH_MULTIPLE
        line_images = np.zeros((size, LINE_HEIGHT, width), np.uint8)
        for line_image, ink in zip(line_images, written, strict=True):
            canvas = np.zeros((LINE_HEIGHT, width), np.float32)
            composite_ink(canvas, ink, int(generator.integers(0, width - ink.shape[1] + 1)), 0)
            is_cropped = generator.random() < 0.3
            background = make_background(LINE_HEIGHT, width, generator, vertical=not is_cropped)
            picture = photograph(canvas, background, generator)
            if is_cropped:
                crop(picture, generator, _inked(canvas))
            line_image[:] = np.round(picture * 255)  # (40, W)
        return line_images, transcripts


def _inked(canvas: Ink) -> tuple[int, int] | None:
    """Return the first and the last column with ink."""
    columns = np.flatnonzero(canvas.max(axis=0) > 0.2)
    return (int(columns[0]), int(columns[-1])) if len(columns) else None
