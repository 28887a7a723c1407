"""The page of misread pictures, and why each was."""

import numpy as np
import pytest
from gallery import Gallery, reasons
from measures import Answer
from PIL import Image

from inkdigits.read.result import Alternative, Digit, Line, Reading

BOX = (0, 0, 10, 20)


def line(text, confidence=0.9, alternatives=()):
    return Line(tuple(Digit(sign, 0.8, BOX, tuple(alternatives)) for sign in text), confidence, BOX)


@pytest.mark.parametrize(
    ("transcript", "reading", "expected"),
    [
        ("7", Reading(), ["no writing was found"]),
        ("3600", Reading(refused=(line("3600", 0.17),)), ["refused: 3600, which it was sure of to 17 % (right)"]),
        ("12", Reading((line("1"), line("2"))), ["2 lines were found in place of 1"]),
        ("135790", Reading((line("35790"),)), ["not seen: 1 at place 1"]),
        ("15", Reading((line("151"),)), ["seen though it isn't there: 1 before place 3"]),
        (
            "73",
            Reading((line("13", alternatives=[Alternative("7", 0.15)]),)),
            ["7 at place 1 seen as 1 (80 %; 7 was choice 2 with 15 %)"],
        ),
        ("73", Reading((line("13"),)), ["7 at place 1 seen as 1 (80 %; 7 was not thought of)"]),
        ("1000", Reading((line("0000"),)), ["1 at place 1 seen as 0 (80 %; 1 was not thought of)"]),
        ("10", Reading((line("647"),)), ["10 at place 1 seen as 647"]),
    ],
)
def test_reasons(transcript, reading, expected):
    assert reasons(transcript, reading) == expected


def test_the_page_shows_each_wrong_picture_with_its_reason_and_the_curve(tmp_path):
    gallery = Gallery()
    for number in range(4):
        gallery.add("cheques <new>", Answer(str(number), "73", "73", 0.9))
    wrong = Answer("a.png", "73", "13", 0.6)
    gallery.add("cheques <new>", wrong)
    picture = Image.fromarray(np.full((40, 900, 3), 200, np.uint8))
    gallery.show("cheques <new>", wrong, Reading((line("13"),)), picture)
    gallery.write(tmp_path / "build" / "misread.html")
    page = (tmp_path / "build" / "misread.html").read_text("utf-8")
    assert "1 of 5 pictures" in page
    assert "cheques &lt;new&gt;: 1" in page
    assert page.count('<img src="data:image/webp;base64,') == 1
    assert "7 at place 1 seen as 1" in page
    assert page.count("<svg") == 1
