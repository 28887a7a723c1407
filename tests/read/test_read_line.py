import numpy as np
import pytest

from helpers.networks import DIGITS, bars_model, metadata_of, save
from helpers.writing import blank, draw, page_of, sheet_of, write
from inkdigits.core.types import SIGNS
from inkdigits.learn.synthesis.marks import draw_letter
from inkdigits.read.decoding.choosing import Choice, choose
from inkdigits.read.decoding.rescoring import rescore
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.line_crops import LineImage
from inkdigits.read.numbers import with_numbers
from inkdigits.read.onnx_model import Metadata, load_onnx_model
from inkdigits.read.patterns.constraint import make_constraint
from inkdigits.read.read_line import is_confident, line_reading, normalize_crops, read_line, run_line_networks


@pytest.fixture(scope="session")
def read(reader):
    """Read the lines of a canvas: `read(canvas)` -> a `LineReading` for each."""

    def read_all(canvas):
        page = page_of(canvas)
        layout = find_lines(page)
        return [read_line(reader.line_networks, page, layout, line) for line in layout.lines]

    return read_all


def overlap(one, other):
    """Return the share of two boxes' common area in what both cover."""
    left, top = np.maximum(one[:2], other[:2])
    right, bottom = np.minimum(one[2:], other[2:])
    common = max(0, right - left) * max(0, bottom - top)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return common / (sum(areas) - common)


def test_a_line_with_its_boxes_confidences_and_alternatives(read):
    canvas, (boxes,) = sheet_of(["3141592"], 48, gap=0.6)
    (reading,) = read(canvas)
    line = reading.line
    assert line.text == "3141592"
    assert 0 <= line.confidence <= 1
    overlaps = [overlap(digit.box, box) for digit, box in zip(line.digits, boxes, strict=True)]
    assert min(overlaps) > 0.5
    assert np.median(overlaps) > 0.8
    for digit in line.digits:
        assert 0 <= digit.confidence <= 1
        alternatives = [alternative.confidence for alternative in digit.alternatives]
        assert alternatives == sorted(alternatives, reverse=True)
        assert sum(alternatives) <= 1 - digit.confidence + 1e-6
        assert digit.digit not in {alternative.digit for alternative in digit.alternatives}
    assert overlap(line.box, (*np.min(boxes, axis=0)[:2], *np.max(boxes, axis=0)[2:])) > 0.85


def test_its_digits_are_normalized_like_single_ones(read, reader):
    (reading,) = read(sheet_of(["20357864"], 60)[0])
    forms = normalize_crops(reading.crops)
    assert forms.shape == (8, 28, 28)
    assert forms.dtype == np.uint8
    assert forms.reshape(8, -1).max(axis=1).min() == 255
    answers = reader.read_digits(forms).argmax(axis=1)
    assert (answers == [2, 0, 3, 5, 7, 8, 6, 4]).sum() >= 7


def test_digits_that_touch_are_read_though_they_are_one_component(read):
    canvas = blank(140, 320)
    write(canvas, "352", 30, 40, 60, gap=0.0)
    draw(canvas, [(30, 100), (150, 99)], 4)  # written without lifting the pen
    assert len(find_lines(page_of(canvas)).lines[0].components) == 1
    (reading,) = read(canvas)
    assert reading.line.text == "352"


def test_marks_are_not_read(read):
    canvas = blank(180, 760)
    write(canvas, "86 209 60", 40, 50, 60, gap=0.4)
    draw(canvas, [(170, 108), (171, 109)], 7)
    draw(canvas, [(406, 104), (400, 120)], 5)
    draw(canvas, [(575, 82), (610, 82)], 5)
    (reading,) = read(canvas)
    assert reading.line.text == "8620960"


def test_a_broken_digit_is_one(read):
    canvas, ((*_, eight, _, _),) = sheet_of(["3862"], 60)
    canvas[86:90, eight[0] : eight[2]] = 0  # where the pen gave no ink
    assert [reading.line.text for reading in read(canvas)] == ["3862"]


def test_letters_are_no_number(read):
    canvas, x = blank(140, 500), 30.0
    generator = np.random.default_rng(2)
    for _ in range(6):
        x = draw_letter(canvas, x, 100, 60, 5, generator) + 12
    readings = read(canvas)
    assert readings
    assert all(reading.line.reason == "other-signs" or reading.line.confidence < 0.3 for reading in readings)


def test_a_line_without_digits_has_a_reason_and_the_box_of_its_ink(read):
    canvas = blank(140, 300)
    for left in (60, 130, 200):
        draw(canvas, [(left, 40), (left + 40, 100)], 5)
        draw(canvas, [(left + 40, 40), (left, 100)], 5)
    (reading,) = read(canvas)
    assert reading.line.reason in ("no-digits", "other-signs")  # three crosses may be times signs
    assert reading.line.confidence < 0.3
    assert overlap(reading.line.box, (58, 38, 242, 102)) > 0.8


def bars(*heights, width=8):
    """Return a line image of bars `width` columns wide with paper as wide on either side."""
    pixels = np.zeros((40, 2 * width * len(heights) + width), np.float32)
    for number, height in enumerate(heights):
        left = width * (2 * number + 1)
        pixels[40 - height :, left : left + width] = 1
    return LineImage(pixels, np.eye(2, 3))


@pytest.fixture
def bars_network(tmp_path):
    return load_onnx_model(save(bars_model(), tmp_path / "bars.onnx", metadata_of("lines")))


def test_a_network_runs_over_several_line_images_at_once(bars_network):
    images = [bars(2, 16), bars(8)]
    long, short = run_line_networks([bars_network], images)
    assert (len(long), len(short)) == (20, 12)
    assert long.argmax(axis=1).tolist() == [11] * 4 + [0] * 4 + [11] * 4 + [7] * 4 + [11] * 4
    assert short.argmax(axis=1).tolist() == [11] * 4 + [3] * 4 + [11] * 4
    assert long.sum(axis=1) == pytest.approx(1)
    assert run_line_networks([bars_network], images[1:])[0] == pytest.approx(short)


def test_signs_are_no_digits_and_not_against_a_number(tmp_path):
    path = save(bars_model(signs=len(SIGNS)), tmp_path / "signs.onnx", metadata_of("lines", classes=[*DIGITS, *SIGNS]))
    network = load_onnx_model(path)
    page = page_of(blank(40, 200))
    line = find_lines(page_of(sheet_of(["12"], 40)[0])).lines[0]

    def reading(*heights):
        (view,) = run_line_networks([network], [bars(*heights)])
        return line_reading(Choice(rescore([view])), bars(*heights), network.metadata, page, line)

    point, minus, plus = (22 + SIGNS.index(sign) for sign in ".-+")
    found = reading(minus, 4, plus, 12, point)
    assert (found.line.text, found.line.reason) == ("15", "")
    assert found.decoded.label_ids == (13, 1, 16, 5, 10)
    assert reading(4, 39, 39).line.reason == "other-signs"
    assert reading(minus, plus).line.reason == "no-digits"


def view_of(*likely):
    """Return a view whose frames are given as the probabilities of some labels; 11 is the blank."""
    view = np.full((len(likely), 12), 1e-6)
    for frame, probabilities in zip(view, likely, strict=True):
        frame[list(probabilities)] = list(probabilities.values())
    return view / view.sum(axis=1, keepdims=True)


CERTAIN_SEVEN = view_of({11: 1.0}, {7: 0.95, 1: 0.05}, {11: 1.0})


@pytest.mark.parametrize(
    ("views", "expected"),
    [
        ([CERTAIN_SEVEN, CERTAIN_SEVEN], True),
        ([CERTAIN_SEVEN], False),  # one network has no other to agree with
        ([CERTAIN_SEVEN, view_of({11: 1.0}, {1: 0.95, 7: 0.05}, {11: 1.0})], False),
        ([view_of({11: 1.0}, {7: 0.45, 1: 0.4, 9: 0.15}, {11: 1.0})] * 2, False),
        # The 7 is certain, but there may well be a 1 after it.
        ([view_of({7: 1.0}, {11: 1.0}, {11: 0.45, 1: 0.4, 4: 0.15})] * 2, False),
    ],
)
def test_networks_are_confident_if_several_agree_on_a_likely_string(views, expected):
    assert is_confident(Choice(rescore(views)), views, Metadata("lines", DIGITS)) is expected


def test_networks_need_not_agree_on_signs():
    """The digits of a line are sure although the speck between them may be a point or a comma."""
    metadata = Metadata("lines", (*DIGITS, *SIGNS))
    point, comma = (10 + SIGNS.index(sign) for sign in ".,")

    def view(*likely):
        frames = np.full((len(likely), 23), 1e-6)
        for frame, label in zip(frames, likely, strict=True):
            frame[label] = 1
        return frames / frames.sum(axis=1, keepdims=True)

    views = [view(3, point, 5), view(3, comma, 5)]
    assert is_confident(choose(views, metadata, None), views, metadata)
    views = [view(3, point, 5), view(3, 22, 6)]
    assert not is_confident(choose(views, metadata, None), views, metadata)


def test_a_network_without_signs_reads_beside_one_with_them():
    metadata = Metadata("lines", (*DIGITS, *SIGNS))
    point = 10 + SIGNS.index(".")
    knowing = np.full((3, 23), 1e-6)
    knowing[[0, 0, 1, 2], [1, 7, point, 5]] = (0.45, 0.55, 1, 1)
    other = np.full((3, 12), 1e-6)
    other[[0, 1, 2], [1, 11, 5]] = 1
    for views in ([knowing, other], [other, knowing]):
        choice = choose(views, metadata, None)
        assert choice.decoded.label_ids == (1, point, 5)
        assert views[choice.decoded.view] is knowing
        fitting = choose(views, metadata, make_constraint(r"7\.\d", None, None))
        assert fitting.decoded.label_ids == (7, point, 5)
        assert views[fitting.decoded.view] is knowing


def test_signs_have_their_places_between_digits(tmp_path):
    path = save(bars_model(signs=len(SIGNS)), tmp_path / "signs.onnx", metadata_of("lines", classes=[*DIGITS, *SIGNS]))
    network = load_onnx_model(path)
    page, line = page_of(blank(40, 200)), find_lines(page_of(sheet_of(["12"], 40)[0])).lines[0]
    minus, point = (22 + SIGNS.index(sign) for sign in "-.")
    image = bars(minus, 4, 12, point, 14)
    (view,) = run_line_networks([network], [image])
    read = line_reading(Choice(rescore([view])), image, network.metadata, page, line).line
    assert (read.text, [(sign.sign, sign.before) for sign in read.signs]) == ("156", [("-", 0), (".", 2)])
    lefts = [read.signs[0].box[0], *(digit.box[0] for digit in read.digits)]
    assert lefts == sorted(lefts)
    assert [number.written for number in with_numbers(read).numbers] == ["-15.6"]
    constraint = make_constraint(r"-\d+\.\d", 2, None)
    fitting = line_reading(choose([view], network.metadata, constraint), image, network.metadata, page, line)
    assert (fitting.line.text, fitting.line.reason) == ("156", "")
    other = choose([view], network.metadata, make_constraint(r"\d\.\d\d", None, None))
    assert other.reason == "no-match"
