"""Any picture -> paper 0, ink 1: light divided out, ink and paper told apart. Knows nothing of lines or digits."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.types import Picture

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

_LARGEST = 2400
"""Longest side that is worked on, in pixels: writing of 10 pixels in a photo of 12 megapixels still has 6."""

_SMALLEST = 72
"""Shortest side that is worked on: smaller pictures are enlarged, so that strokes have room to be parted."""

_LIGHT_SIDE = 480
"""Longest side on which the light on the paper is measured."""

_POLARITY_SIDE = 240
"""Longest side on which it is decided whether ink is darker than paper."""

_PEN_SHARE = 6
"""No stroke is wider than the shorter side of the picture divided by this."""

_LEAST_CONTRAST = 0.06
"""Ink takes at least this share of the paper's light."""


@dataclass(frozen=True, eq=False)
class Page:
    """A picture made ready, whatever its light, colours and polarity were.

    Attributes:
        grey: (h, w), float32: 0 is paper and 1 is full ink; soft edges and noise are kept.
        mask: (h, w), bool: what is a stroke; ruled lines and specks are not.
        scale: Pixels of the page per pixel of the picture.
    """

    grey: Grey
    mask: Mask
    scale: float


def make_page(picture: Picture) -> Page:
    """Divide the light out of a picture, tell ink from paper, and find the strokes.

    Args:
        picture: (H, W, 3), uint8, red, green and blue.

    Examples:
        >>> paper = np.full((90, 120, 3), 200, np.uint8)
        >>> paper[30:60, 50:55] = 40
        >>> page = make_page(paper)
        >>> page.scale, int(page.mask.sum())
        (1.0, 150)
    """
    scale = _working_scale(*picture.shape[:2])
    channels = _resize(picture, scale)
    ink = _darkness(channels)
    full = _full_ink(ink)
    if full < _LEAST_CONTRAST:
        return Page(np.zeros_like(ink), np.zeros(ink.shape, dtype=bool), scale)
    mask = _strokes(ink, full)
    grey = np.clip(ink / full, 0, 1, dtype=np.float32)
    return Page(grey, _without_ruling(mask), scale)


def _working_scale(height: int, width: int) -> float:
    if max(height, width) > _LARGEST:
        return _LARGEST / max(height, width)
    return max(1.0, min(_SMALLEST / min(height, width), _LARGEST / max(height, width), 4.0))


def _resize(picture: Picture, scale: float) -> NDArray[np.uint8]:
    if scale == 1:
        return picture
    size = tuple(max(1, round(side * scale)) for side in picture.shape[1::-1])
    return np.asarray(
        cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8
    )


def _darkness(channels: NDArray[np.uint8]) -> Grey:
    """Return how much of the paper's light each pixel takes, in the channel that shows the ink best."""
    best: tuple[float, Grey] | None = None
    grey = cv2.cvtColor(channels, cv2.COLOR_RGB2GRAY)
    coloured = float(np.ptp(channels[::4, ::4].astype(np.int16), axis=2).mean()) > 12
    for values in (grey, *(channels[:, :, number] for number in range(3 if coloured else 0))):
        ink = _against_light(np.ascontiguousarray(values))
        seen = _full_ink(ink) / (_noise(ink) + 0.02)
        # The grey mean of the channels has the least noise: another must show the ink clearly better.
        if best is None or seen > 1.3 * best[0]:
            best = (seen, ink)
    assert best is not None
    return best[1]


def _against_light(values: NDArray[np.uint8]) -> Grey:
    """Return how much of its ground's light each pixel takes; bright strokes on dark ground are turned round."""
    if _ink_is_bright(values):
        values = 255 - values
    light = np.maximum(_ground(values), 24.0)
    return np.asarray(np.clip((light - values) / light, 0, 1), np.float32)


def _ink_is_bright(values: NDArray[np.uint8]) -> bool:
    """Tell on which side of the usual level about them the few pixels lie that differ much: these are the strokes."""
    height, width = values.shape
    share = min(1.0, _POLARITY_SIDE / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    usual = cv2.medianBlur(small, int(np.clip(min(small.shape) // 2, 9, 201)) | 1)
    difference = small.astype(np.float64) - usual
    return bool(np.mean(difference**3) > 0)


def _ground(values: NDArray[np.uint8]) -> Grey:
    """Return the light on the paper, with all that is darker and narrower than the widest stroke filled in."""
    height, width = values.shape
    share = min(1.0, _LIGHT_SIDE / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.medianBlur(cv2.resize(values, size, interpolation=cv2.INTER_AREA), 3)
    # Closing leaves shadows as they are, with their edges: they are wider than its window.
    reach = max(9, min(small.shape) // _PEN_SHARE) | 1
    window = np.ones((reach, reach), np.uint8)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.GaussianBlur(closed, (0, 0), max(1.0, reach / 8))
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _full_ink(ink: Grey) -> float:
    """Return the darkness of a stroke's middle: that of the darkest pixels that are more than a speck."""
    soft = cv2.blur(ink, (3, 3))
    share = min(0.05, max(0.002, 60 / soft.size))
    return float(np.quantile(soft[::2, ::2] if soft.size > 250_000 else soft, 1 - share))


def _noise(ink: Grey) -> float:
    """Return the standard deviation of the paper's grain."""
    rough = ink[1:, 1:] - ink[:-1, :-1]
    return float(np.median(np.abs(rough[::3, ::3]))) / 0.6745 / 2**0.5


def _strokes(ink: Grey, full: float) -> Mask:
    """Threshold at half the darkness of the strokes about; faint ends that hang on to a stroke belong to it."""
    height, width = ink.shape
    soft = cv2.GaussianBlur(ink, (0, 0), 0.7)
    reach = max(15, min(height, width) // 5) | 1
    share = min(1.0, 240 / max(height, width))
    small = cv2.resize(
        soft, (max(1, round(width * share)), max(1, round(height * share))), interpolation=cv2.INTER_AREA
    )
    window = max(3, round(reach * share)) | 1
    about = cv2.dilate(cv2.blur(small, (2, 2)) if share < 1 else small, np.ones((window, window), np.uint8))
    about = cv2.resize(cv2.GaussianBlur(about, (0, 0), window / 3), (width, height), interpolation=cv2.INTER_LINEAR)
    floor = np.maximum(max(_LEAST_CONTRAST, 0.28 * full), 5.0 * _grain(soft))
    level = np.maximum(0.5 * np.minimum(about, full), floor)
    strong, faint = soft > level, soft > 0.72 * level
    count, labels = cv2.connectedComponents(faint.astype(np.uint8), connectivity=8)
    holds = np.zeros(count, dtype=bool)
    holds[labels[strong]] = True
    holds[0] = False
    return np.asarray(holds[labels])


def _grain(soft: Grey) -> Grey:
    """Return the standard deviation of the paper's grain about each pixel: dark corners have more of it."""
    height, width = soft.shape
    rough = np.abs(soft - cv2.blur(soft, (5, 5)))
    cells = (max(1, width // 24), max(1, height // 24))
    mean = cv2.resize(rough, cells, interpolation=cv2.INTER_AREA)
    # Where a stroke is, the grain is that of the paper beside it.
    paper = cv2.morphologyEx(mean, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR) * 1.25, np.float32)


def _without_ruling(mask: Mask) -> Mask:
    """Take out ruled lines, and close the gaps that they leave in strokes.

    A line across is ruled where it runs from edge to edge, or is one of three or more; a line down only where it is
    one of several on paper that is ruled across too: in a narrow picture each 1 runs from edge to edge.
    """
    across, down = _straight_lines(mask), _straight_lines(mask.T)
    ruled = across[1] if across[0] else np.zeros_like(mask)
    if across[0] >= _GRID and down[0] >= _GRID:
        ruled = ruled | down[1].T
    if not ruled.any():
        return mask
    rest = mask & ~ruled
    closed = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 3), np.uint8)) > 0
    rest = np.asarray(rest | (closed & mask))
    return rest if rest.sum() > 0.1 * mask.sum() else mask


_GRID = 2
"""Lines in each direction that make a grid."""


def _straight_lines(mask: Mask) -> tuple[int, Mask]:
    """Return how many thin lines run across, and their pixels."""
    height, width = mask.shape
    none = np.zeros_like(mask)
    least = max(24, width // 2)
    if least >= width:
        return 0, none
    # Lines that run a little askew are found when thickened first.
    thick = cv2.dilate(np.ascontiguousarray(mask).astype(np.uint8), np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    thin = [row for row in range(1, len(stats)) if stats[row][cv2.CC_STAT_HEIGHT] <= max(5, height // 12)]
    whole = [row for row in thin if stats[row][cv2.CC_STAT_WIDTH] > 0.93 * width]
    kept = thin if len(thin) > _GRID else whole
    return len(kept), np.isin(labels, kept) if kept else none
