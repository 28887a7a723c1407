"""What the shipped networks read, and what they refuse, on pictures of many kinds."""

import json

import numpy as np
import PIL.Image
import pytest
from PIL import ImageDraw, ImageFont

from helpers.writing import SHEET_LINES, SHEET_TEXT, blank, draw, picture_of, sheet_of, turned, write
from inkdigits.core.errors import LimitError
from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.reader import Reader


class TestWhatIsRead:
    def test_lines_are_joined_by_line_ends(self, reader, picture):
        reading = reader.read(picture)
        assert reading.text == SHEET_TEXT
        assert [line.text for line in reading.lines] == SHEET_LINES
        assert reading.forms.shape == (14, 28, 28)

    def test_boxes_lie_on_the_digits(self, reader):
        canvas, boxes = sheet_of(SHEET_LINES, 48, gap=0.5)
        reading = reader.read(picture_of(canvas))
        for line, line_boxes in zip(reading.lines, boxes, strict=True):
            for digit, (left, top, right, bottom) in zip(line.digits, line_boxes, strict=True):
                assert digit.box[0] <= (left + right) / 2 <= digit.box[2]
                assert digit.box[1] <= (top + bottom) / 2 <= digit.box[3]
                assert digit.box[1:4:2] == pytest.approx((top, bottom), abs=5)

    @pytest.mark.parametrize("height", [16, 160, 400])
    def test_boxes_are_in_pixels_of_the_picture_that_was_given(self, reader, height):
        canvas, ((first, *_, last),) = sheet_of(["80635"], height, gap=0.5)
        reading = reader.read(picture_of(canvas))
        assert reading.text == "80635"
        (line,) = reading.lines
        assert line.box == pytest.approx((first[0], min(first[1], last[1]), last[2], last[3]), abs=max(3, height / 12))

    def test_confidences_are_probabilities(self, reader, picture):
        for line in reader.read(picture).lines:
            assert 0 <= line.confidence <= 1
            for digit in line.digits:
                assert 0 <= digit.confidence <= 1
                assert all(0 <= alternative.confidence <= 1 for alternative in digit.alternatives)

    def test_the_record_is_json(self, reader, picture):
        record = json.loads(json.dumps(reader.read(picture).to_dict(), allow_nan=False))
        assert record["text"] == SHEET_TEXT

    def test_one_digit_on_its_own_is_a_line(self, reader):
        canvas = blank(120, 100)
        write(canvas, "6", 30, 30, 60)
        assert reader.read(picture_of(canvas)).text == "6"

    def test_a_blackboard_reads_like_paper(self, reader, picture):
        assert reader.read(255 - picture).text == SHEET_TEXT

    @pytest.mark.parametrize("degrees", [-6, 5])
    def test_a_tilted_sheet(self, reader, degrees):
        canvas = turned(np.pad(sheet_of(["314159", "265358"], 60, gap=0.5)[0], 40), degrees)
        assert reader.read(picture_of(canvas, noise_sigma=2)).text == "314159\n265358"

    def test_ruled_paper_and_a_shadow(self, reader):
        canvas = sheet_of(["31459", "26558"], 60, gap=0.5)[0]
        height, width = canvas.shape
        lines = blank(height, width)
        for y in range(30, height, 43):
            draw(lines, [(-5, y), (width + 5, y)], 1.5)
        light = np.where(np.arange(width) < 0.6 * width, 1, 0.55).astype(np.float32)
        shown = picture_of(np.maximum(canvas, 0.3 * lines), light=np.broadcast_to(light, canvas.shape), noise_sigma=2)
        assert reader.read(shown).text == "31459\n26558"


class TestWhatIsRefused:
    @pytest.mark.parametrize("how", [{}, {"paper": 60}, {"noise_sigma": 8}, {"light": 0.5, "noise_sigma": 4}])
    def test_blank_sheets(self, reader, how):
        sheet = blank(300, 400)
        if "light" in how:
            how = how | {"light": np.linspace(how["light"], 1, 400, dtype=np.float32) * np.ones((300, 1), np.float32)}
        assert reader.read(picture_of(sheet, **how)).text == ""
        assert reader.read(picture_of(sheet, **how), single=True).text == ""

    def test_a_black_picture(self, reader):
        for shape in ((300, 400), (50, 70)):
            assert reader.read(np.zeros(shape, np.uint8)).text == ""
            assert reader.read(np.zeros(shape, np.uint8), single=True).text == ""

    @pytest.mark.parametrize("down", [False, True])
    def test_ruled_and_graph_paper_without_writing(self, reader, down):
        lines = blank(400, 500)
        for place in range(15, 500, 30):
            draw(lines, [(-5, place), (505, place + 4)], 1.5)
            if down:
                draw(lines, [(place, -5), (place - 3, 405)], 1.5)
        assert reader.read(picture_of(0.4 * lines, noise_sigma=2)).text == ""

    def test_a_brick_wall(self, reader):
        wall = np.full((480, 640, 3), (150, 80, 60), np.float32)
        for row in range(0, 480, 60):
            wall[row : row + 5] = (190, 185, 180)
            for left in range(row % 120, 640, 120):
                wall[row : row + 60, left : left + 5] = (190, 185, 180)
        wall += np.random.default_rng(0).normal(0, 8, wall.shape)
        picture = np.clip(wall, 0, 255).astype(np.uint8)
        assert reader.read(picture).text == ""
        assert reader.read(picture, single=True).text == ""

    @pytest.mark.parametrize(
        "words", ["Hello World", "PAY TO THE ORDER", "the quick brown fox\njumps over the lazy dog"]
    )
    @pytest.mark.parametrize("size", [24, 60])
    def test_printed_letters(self, reader, words, size):
        image = PIL.Image.new("RGB", (1000, 260), (245, 245, 245))
        ImageDraw.Draw(image).text((40, 60), words, font=ImageFont.load_default(size), fill=(20, 20, 20))
        assert reader.read(np.asarray(image)).text == ""

    def test_the_least_confidence_is_the_callers(self, picture):
        all_of_it = Reader(min_confidence=0).read(picture)
        assert not all_of_it.refused
        least, *_, most = sorted(line.confidence for line in all_of_it.lines)
        between = Reader(min_confidence=most).read(picture)
        assert least < most
        # Who asks for the confidence that is shown gets that line.
        assert [line.confidence for line in between.lines] == [most] * len(between.lines)
        assert all(line.confidence < most for line in between.refused)
        assert len(between.lines) + len(between.refused) == len(SHEET_LINES)
        assert 0 < len(between.refused) < len(SHEET_LINES)
        assert len(between.forms) == sum(len(line.digits) for line in between.lines)
        none_of_it = Reader(min_confidence=1).read(picture)
        assert none_of_it.text == ""
        assert len(none_of_it.refused) == len(SHEET_LINES)

    @pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
    def test_a_least_confidence_that_is_none(self, value):
        with pytest.raises(ValueError, match=r"expected 0 … 1"):
            Reader(min_confidence=value)

    def test_a_greatest_error_chooses_the_least_confidence(self, picture):
        calibration = load_calibration()
        for kind, single in (("lines", False), ("single", True)):
            least = calibration.min_confidence(0.01, kind)
            by_error = Reader(max_error=0.01).read(picture, single=single)
            by_confidence = Reader().read(picture, single=single, min_confidence=least)
            assert by_error.to_dict() == by_confidence.to_dict()
        strict, lenient = (Reader().read(picture, max_error=value) for value in (0.005, 0.5))
        assert len(strict.lines) <= len(lenient.lines) == len(SHEET_LINES)

    def test_one_limit_is_enough(self, picture):
        with pytest.raises(ValueError, match=r"min_confidence is 0.5 and max_error 0.1, expected one of them"):
            Reader(min_confidence=0.5, max_error=0.1)
        assert Reader(max_error=1).read(picture, min_confidence=1).text == ""

    @pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
    def test_a_greatest_error_that_is_none(self, value):
        with pytest.raises(ValueError, match=r"max_error is .*, expected 0 … 1"):
            Reader(max_error=value)

    def test_a_greatest_error_that_cannot_be_kept(self):
        with pytest.raises(LimitError, match="allow more errors"):
            Reader(max_error=0)
