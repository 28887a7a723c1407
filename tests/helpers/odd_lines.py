"""Lines in which each 9 has the tail of a g: pictures, texts, and a file of labels beside them."""

import csv
from pathlib import Path

import numpy as np
import PIL.Image

from helpers.odd_digits import HOOKED_9, draw_normalized
from inkdigits.core.types import Picture
from inkdigits.data.dataset import Split
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet


def odd_lines(known: Split, count: int, seed: int) -> list[tuple[Picture, str]]:
    """Return lines of four digits, half of them odd nines, composed of these and of known digits."""
    return [odd_page(known, 1, seed, number) for number in range(count)]


def odd_page(known: Split, lines: int, seed: int, number: int = 0) -> tuple[Picture, str]:
    """Return a page of such lines."""
    nines = draw_normalized(HOOKED_9, 30, seed)
    others = np.flatnonzero(known.labels != 9)[: len(nines)]
    images = np.concatenate([nines, known.images[others]])
    labels = np.concatenate([np.full(len(nines), 9), known.labels[others]])
    plan = SheetPlan(lines=lines, length=4, height=40, gap=0.4)
    return compose_sheet(plan, images, labels, np.random.default_rng((seed, number)))


def save_lines(lines: list[tuple[Picture, str]], folder: Path) -> Path:
    """Save lines as pictures with their labels in a CSV file, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "text"])
        for number, (picture, text) in enumerate(lines):
            PIL.Image.fromarray(picture).save(folder / f"{number}.png")
            rows.writerow([f"{number}.png", text])
    return folder / "labels.csv"
