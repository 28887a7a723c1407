"""Nothing is lost in silence: each line of writing is read or refused, whatever lies around the page."""

import os
from pathlib import Path

import handwriting
import numpy as np
import pytest
from scenes import KINDS, lines_missing, lost_lines, scenes

from inkdigits.data.load import load
from inkdigits.read.reader import Reader
from inkdigits.read.result import Line, Reading

PHOTOS = Path(os.environ.get("INKDIGITS_PHOTOS", Path(__file__).parents[3] / "shared" / "photos"))


@pytest.fixture(scope="module")
def reader():
    return Reader()


def test_pages_are_the_same_again_and_know_their_lines(some_digits):
    pages, again = (list(scenes(some_digits, 2 * len(KINDS))) for _ in range(2))
    assert [page.kind for page in pages] == 2 * list(KINDS)
    for page, other in zip(pages, again, strict=True):
        assert np.array_equal(page.picture, other.picture)
        height, width = page.picture.shape[:2]
        assert len(page.boxes) == len(page.lines)
        assert (page.boxes[:, :2] >= 0).all()
        assert (page.boxes[:, 2:] <= (width, height)).all()


def test_a_line_is_lost_unless_something_of_its_size_shows_where_it_is():
    boxes = np.array([(10.0, 10, 90, 30), (10, 50, 90, 70)])
    around = ((20, 12, 80, 28), (0, 0, 100, 80), (10, 0, 90, 12))
    here, page, above = (Line((), 0.0, box, "no-digits") for box in around)
    assert lost_lines(Reading((), (here,)), boxes) == [1]
    assert lost_lines(Reading((), (page, above)), boxes) == [0, 1]
    assert lines_missing(Reading((here,), (above,)), "hiimmuc") == 1


@pytest.mark.slow
def test_no_line_is_lost_for_what_lies_around_the_page(reader, mnist_folder):
    pages = list(scenes(load("mnist", data_dir=mnist_folder).test, 15))
    readings = [reader.read(page.picture) for page in pages]
    assert [lost_lines(reading, page.boxes) for reading, page in zip(readings, pages, strict=True)] == [[]] * len(pages)
    right = sum(
        line in [found.text for found in reading.lines]
        for reading, page in zip(readings, pages, strict=True)
        for line in page.lines
    )
    assert right >= 0.8 * sum(len(page.lines) for page in pages)


@pytest.mark.slow
@pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"{PHOTOS} is not there")
def test_each_line_of_a_photo_is_read_or_refused(reader):
    missing = [
        sample.name
        for name, samples in handwriting.real_sets(PHOTOS).items()
        for sample in samples[:6]
        if lines_missing(reader.read(sample.source, single=name in handwriting.SINGLE), name)
    ]
    assert missing == []
