"""Labelled pictures of lines -> lines that networks learn from, found on their pictures as a reader finds them.

Knows no torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import LinePicture, Picture
from inkdigits.corrections.lines import LineStore
from inkdigits.learn.adaptation.data import LabelledImages, holdout_ids
from inkdigits.learn.synthesis.handwriting.numbers import to_label_ids
from inkdigits.read.decoding.ctc import align, pad_views, string_log_probabilities
from inkdigits.read.layout.find_lines import Layout, find_lines
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.line_crops import LineImage, crop_line
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.page.binarize import Page, binarize_page
from inkdigits.read.page.page_picture import page_picture
from inkdigits.read.read_line import digit_columns, normalize_crops, run_line_networks

_SCALES = (0.78, 0.84, 0.92, 1.0, 1.08, 1.19, 1.28)
"""At which scales a line is learned: a little beyond those at which it is read."""

_LEAST_AREA = 0.25
"""What has less ink than this share of the largest line is no line of its own, but a neighbour's tail or a spot."""


@dataclass(frozen=True, eq=False)
class LineExample:
    """A line and what is written in it.

    Attributes:
        text: Digits, `SIGNS` and spaces; empty if nothing is to be read.
        page: The page that it stands on.
        layout: All lines of that page.
        line: Which one.
    """

    text: str
    page: Page
    layout: Layout
    line: TextLine

    @cached_property
    def usual_view(self) -> LineImage:
        """Its image at the scale that readers begin with."""
        return crop_line(self.page, self.layout, self.line)

    @cached_property
    def views(self) -> tuple[NDArray[np.uint8], ...]:
        """Its images at several scales, (40, W) each, uint8, 0 is paper and 255 is ink."""
        crops = (crop_line(self.page, self.layout, self.line, scale=scale).pixels for scale in _SCALES)
        return tuple(np.round(np.clip(crop, 0, 1) * 255).astype(np.uint8) for crop in crops)

    @property
    def digits(self) -> str:
        """The digits of its text."""
        return "".join(character for character in self.text if character.isdigit())


def load_lines(data_dir: Path) -> tuple[list[LineExample], list[LineExample]]:
    """Return the labelled lines to learn from, and the holdout; those in whose picture no line is found are left out.

    Args:
        data_dir: Where they are.
    """
    stored = list(LineStore(data_dir).images())
    holdout = holdout_ids([line.id for line, _ in stored])
    learned: list[LineExample] = []
    held_out: list[LineExample] = []
    for line, picture in stored:
        examples = find_examples(grey_to_picture(picture))
        if examples:
            example = max(examples, key=_area)
            of_text = LineExample(line.text, example.page, example.layout, example.line)
            (held_out if line.id in holdout else learned).append(of_text)
    return learned, held_out


def find_examples(picture: Picture) -> list[LineExample]:
    """Return the lines of a picture, without text; a spot or a piece of another line is none.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
    """
    page = binarize_page(page_picture(picture))
    layout = find_lines(page)
    examples = [LineExample("", page, layout, line) for line in layout.lines]
    least = _LEAST_AREA * max(map(_area, examples), default=0)
    return [example for example in examples if _area(example) >= least]


def grey_to_picture(grey: LinePicture) -> Picture:
    """Return a grey picture in three channels, (H, W, 3), uint8, 0 … 255.

    Args:
        grey: (H, W), uint8, 0 … 255.
    """
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def label_ids(text: str, network: OnnxModel) -> tuple[int, ...]:
    """Return the label ids of a text for a line network, which may know signs or not.

    Args:
        text: Digits, `SIGNS` and spaces.
        network: For lines of the ten digits.
    """
    return tuple(to_label_ids(text, signs=bool(network.metadata.signs)))


def cut_digits(examples: Iterable[LineExample], networks: Sequence[OnnxModel]) -> LabelledImages:
    """Return the digits of lines, cut out where the networks see each when they know the text.

    Args:
        examples: The lines.
        networks: For lines of the ten digits; of each line the one counts that finds its text most likely.
    """
    images, labels = [], []
    for example in examples:
        if not example.digits:
            continue
        view = example.usual_view
        frames = run_line_networks(networks, [view])  # (T, C) each
        strings = [label_ids(example.text, network) for network in networks]
        scores = [
            float(string_log_probabilities(pad_views([seen]), [string])[0, 0])
            for seen, string in zip(frames, strings, strict=True)
        ]
        best = int(np.argmax(scores))
        if not np.isfinite(scores[best]):
            continue  # the text is longer than the line has room for
        columns = digit_columns(align(frames[best], strings[best]), view.width)
        places = [place for place, label in enumerate(strings[best]) if label < 10]
        cut = normalize_crops(view.pixels[:, slice(*columns[place])] for place in places)  # (N, 28, 28)
        for place, image in zip(places, cut, strict=True):
            if image.any():
                images.append(image)
                labels.append(strings[best][place])
    shaped = np.array(images, np.uint8).reshape(-1, 28, 28)  # also for none
    return LabelledImages(shaped, np.array(labels, np.int64))


def _area(example: LineExample) -> int:
    return sum(component.area for component in example.line.components)
