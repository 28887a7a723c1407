"""A form on a page -> a level picture of it in which every rule is straight, and the way back. Knows no ink.

A homography makes the page level. What is left of bent paper is taken out by following each rule in the level picture
and moving it to where it should be.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.read.forms.detection.form_grid import FormGrid
from inkdigits.read.forms.detection.lattice import Lattice, Span
from inkdigits.read.forms.detection.perspective import transform

_CELL_HEIGHTS = (44.0, 72.0)
"""Least and greatest height of the typical cell, in pixels of the raster."""

_MARGIN = 0.35
"""Paper around the form, in heights of the typical cell: digits reach out of it."""

_MAX_PIXELS = 9_000_000
"""Larger rasters are scaled down."""

_REACH = 0.13
"""How far a rule may be from where it is expected, in sides of the smallest cell."""

_STEP = 4
"""Rules are followed at every fourth pixel."""


@dataclass(frozen=True, eq=False)
class FormRaster:
    """Where each pixel of a level form lies on its page.

    Attributes:
        lattice: Rules and cells of the form.
        rows: (R + 1,), intp, the pixel row of each row rule.
        columns: (C + 1,), intp, the pixel column of each column rule.
        map_x, map_y: (h, w), float32, the place of each pixel on the page.
        scale: Pixels of the raster per pixel of the page, about.
    """

    lattice: Lattice
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    map_x: NDArray[np.float32] = field(repr=False)
    map_y: NDArray[np.float32] = field(repr=False)
    scale: float

    def sample(self, page: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the pixels of the form.

        Args:
            page: (H, W) or (H, W, C), uint8, any value.

        Returns:
            (h, w) or (h, w, C), uint8.
        """
        if self.scale < 0.7:
            page = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.35 / self.scale), np.uint8)
        pixels = cv2.remap(page, self.map_x, self.map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(pixels, np.uint8)

    @property
    def direction(self) -> float:
        """Where its rows run on the page, radians, clockwise on the screen."""
        middle = len(self.map_x) // 2
        across = self.map_x[middle, -1] - self.map_x[middle, 0], self.map_y[middle, -1] - self.map_y[middle, 0]
        return float(np.arctan2(across[1], across[0]))

    def turned(self, turns: int) -> FormRaster:
        """Return the form turned counterclockwise.

        Args:
            turns: By how many quarters; 1 and 3 only for a form without gaps between its cells.
        """
        raster = self
        for _ in range(turns % 4):
            raster = raster._turned_once()
        return raster

    def _turned_once(self) -> FormRaster:
        lattice, width = self.lattice, self.map_x.shape[1]
        count = len(lattice.columns) - 1
        cells = {Span(count - cell.right, count - cell.left, cell.top, cell.bottom) for cell in lattice.cells}
        gaps = {len(lattice.rows) - 2 - gap for gap in lattice.row_gaps}
        turned = Lattice(lattice.columns[::-1], lattice.rows, cells, gaps, {count - 1 - gap for gap in lattice.gaps})
        return FormRaster(
            turned,
            width - 1 - self.columns[::-1],
            self.rows,
            np.ascontiguousarray(np.rot90(self.map_x)),
            np.ascontiguousarray(np.rot90(self.map_y)),
            self.scale,
        )

    def boxes_on_page(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the upright boxes on the page around boxes of the raster.

        Args:
            boxes: (N, 4), float64, left, top, right and bottom in pixels of the raster.

        Returns:
            (N, 4), float64, the same in pixels of the page.
        """
        height, width = self.map_x.shape
        x = np.clip(np.round(boxes[:, [0, 2, 2, 0]]).astype(int), 0, width - 1)
        y = np.clip(np.round(boxes[:, [1, 1, 3, 3]]).astype(int), 0, height - 1)
        on_x, on_y = self.map_x[y, x], self.map_y[y, x]  # (N, 4) each
        return np.stack([on_x.min(axis=1), on_y.min(axis=1), on_x.max(axis=1), on_y.max(axis=1)], axis=1).astype(float)


def make_raster(form: FormGrid, contrast: NDArray[np.uint8], strokes_at: float) -> FormRaster:
    """Return the raster of a form.

    Args:
        form: Its grid on the page.
        contrast: (h, w), uint8, how dark strokes are on the page, 255 is black.
        strokes_at: The least contrast of a stroke, 0 … 255.
    """
    lattice = form.lattice
    vertices = lattice.vertices  # (R + 1, C + 1, 2)
    row_places, column_places = vertices[..., 1].mean(axis=1), vertices[..., 0].mean(axis=0)
    on_page = transform(form.to_page, vertices)
    stretch = np.linalg.norm(np.diff(on_page[:, [0, -1]], axis=1)[:, 0], axis=1).mean() / (
        column_places[-1] - column_places[0]
    )
    height = _typical_height(lattice, row_places)
    scale = float(np.clip(1.0, _CELL_HEIGHTS[0] / (height * stretch), _CELL_HEIGHTS[1] / (height * stretch))) * stretch
    size = (row_places[-1] - row_places[0]) * (column_places[-1] - column_places[0]) * scale**2
    scale *= min(1.0, (_MAX_PIXELS / max(size, 1.0)) ** 0.5)
    margin = int(np.ceil(_MARGIN * height * scale))
    rows = margin + np.round((row_places - row_places[0]) * scale).astype(int)
    columns = margin + np.round((column_places - column_places[0]) * scale).astype(int)
    shape = (int(rows[-1]) + margin + 1, int(columns[-1]) + margin + 1)
    no_offsets = np.zeros((len(rows), shape[1])), np.zeros((len(columns), shape[0]))
    plain = _raster(form, rows, columns, shape, scale, stretch, *no_offsets)
    seen = plain.sample(contrast)
    reach = max(2, round(_REACH * min(np.diff(rows).min(), np.diff(columns).min())))
    reach = min(reach, margin - 1)
    across = _follow(seen, rows, columns, reach, strokes_at)
    down = _follow(np.ascontiguousarray(seen.T), columns, rows, reach, strokes_at)
    return _raster(form, rows, columns, shape, scale, stretch, across / scale, down / scale)


def _typical_height(lattice: Lattice, row_places: NDArray[np.float64]) -> float:
    return float(np.median(np.diff(row_places)))


def _raster(
    form: FormGrid,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    shape: tuple[int, int],
    scale: float,
    stretch: float,
    across: NDArray[np.float64],
    down: NDArray[np.float64],
) -> FormRaster:
    """Return a raster whose row rules are moved by `across`, (R + 1, w), and column rules by `down`, (C + 1, h)."""
    lattice = form.lattice
    height, width = shape
    vertices = lattice.vertices
    # Where each rule is on the level page, all along its way.
    u, v = np.arange(width), np.arange(height)
    row_y = np.array([_interpolate(u, columns, places, scale) for places in vertices[..., 1]]) + across  # (R + 1, w)
    column_x = np.array([_interpolate(v, rows, places, scale) for places in vertices[..., 0].T]) + down  # (C + 1, h)
    level_y = _between(v, rows, row_y, scale)  # (h, w)
    level_x = _between(u, columns, column_x, scale).T  # (h, w)
    homography = form.to_page.astype(np.float32)
    weight = homography[2, 0] * level_x + homography[2, 1] * level_y + homography[2, 2]
    map_x, map_y = (
        ((homography[axis, 0] * level_x + homography[axis, 1] * level_y + homography[axis, 2]) / weight).astype(
            np.float32
        )
        for axis in (0, 1)
    )
    return FormRaster(lattice, rows, columns, map_x, map_y, scale / stretch)


def _interpolate(
    at: NDArray[np.intp], known: NDArray[np.intp], values: NDArray[np.float64], scale: float
) -> NDArray[np.float64]:
    """Return values between known ones; beyond the last ones they go on as they are."""
    return np.asarray(np.interp(at, known, values))


def _between(
    at: NDArray[np.intp], known: NDArray[np.intp], curves: NDArray[np.float64], scale: float
) -> NDArray[np.float32]:
    """Return (at, n): values between curves (known, n) at the known places, continued at the usual scale beyond."""
    number = np.clip(np.searchsorted(known, at, side="right") - 1, 0, len(known) - 2)
    share = (at - known[number]) / np.maximum(known[number + 1] - known[number], 1)
    inside = np.clip(share, 0, 1)[:, None].astype(np.float32)
    curves = curves.astype(np.float32)
    values = curves[number] * (1 - inside) + curves[number + 1] * inside
    beyond = np.where(at < known[0], at - known[0], np.where(at > known[-1], at - known[-1], 0)) / scale
    return np.asarray(values + beyond[:, None], np.float32)


def _follow(
    seen: NDArray[np.uint8], rules: NDArray[np.intp], others: NDArray[np.intp], reach: int, strokes_at: float
) -> NDArray[np.float64]:
    """Return how far each row rule is below its place, (rules, w), in pixels of the raster."""
    width = seen.shape[1]
    window = max(5, round(0.8 * float(np.median(np.diff(others)))))
    offsets = np.arange(-reach, reach + 1)
    found = np.zeros((len(rules), width))
    nearness = 1 - 0.4 * (np.abs(offsets) / reach)[:, None] ** 2
    for number, rule in enumerate(rules.tolist()):
        band = seen[rule - reach : rule + reach + 1].astype(np.float32)  # (offsets, w)
        smooth = cv2.blur(band, (window, 1), borderType=cv2.BORDER_REPLICATE)[:, ::_STEP]
        # A rule is thicker than one pixel: its middle counts.
        smooth = cv2.blur(smooth, (1, 3), borderType=cv2.BORDER_REPLICATE)
        score = smooth * nearness
        best = score.argmax(axis=0)  # (w / step,)
        peak = score[best, np.arange(len(best))]
        shares = np.maximum(smooth - 0.5 * peak, 0) * (np.abs(offsets[:, None] - offsets[best]) <= max(2, reach // 2))
        places = (shares * offsets[:, None]).sum(axis=0) / np.maximum(shares.sum(axis=0), 1e-6)
        is_seen = peak > 0.5 * strokes_at
        is_seen &= (np.arange(len(best)) * _STEP >= others[0]) & (np.arange(len(best)) * _STEP <= others[-1])
        if is_seen.sum() < 3:
            continue
        at = np.flatnonzero(is_seen)
        places = _median_filtered(places[at], max(3, window // _STEP))
        found[number] = np.interp(np.arange(width), at * _STEP, places)
    return found


def _median_filtered(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    size = min(size | 1, (len(values) - 1) | 1)
    half = size // 2
    padded = np.pad(values, half, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    middle = np.median(windows[: len(values)], axis=1)
    return np.asarray(np.convolve(np.pad(middle, 2, mode="edge"), np.ones(5) / 5, mode="valid"))
