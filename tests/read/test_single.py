from dataclasses import replace

import numpy as np
import pytest

from helpers.networks import digit_model, metadata_of, save
from helpers.writing import blank, box_of, draw, picture_of, write
from inkdigits.pictures.prepare import find_digit
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.read.reader import Reader
from inkdigits.read.single import classify, classify_views, name_digit, read_single, single_evidence


def one_digit(digit, height=70):
    canvas = blank(2 * height, round(1.6 * height))
    write(canvas, digit, 0.5 * height, 0.5 * height, height)
    return canvas


@pytest.mark.parametrize("digit", "0123456789")
def test_a_digit_and_where_its_ink_is(reader, digit):
    canvas = one_digit(digit)
    reading = read_single(picture_of(canvas, noise_sigma=2), reader.digit_network, 0.3)
    assert reading.text == digit
    ((found,),) = (line.digits for line in reading.lines)
    assert np.abs(np.subtract(found.box, box_of(canvas > 0.5))).max() <= 2
    assert found.confidence > 0.8
    assert reading.lines[0].confidence == found.confidence
    assert reading.forms.shape == (1, 28, 28)


def test_the_box_is_in_pixels_of_the_picture_however_large(reader):
    for height in (10, 1200):
        canvas = one_digit("3", height)
        (line,) = read_single(picture_of(canvas), reader.digit_network, 0.3).lines
        assert np.abs(np.subtract(line.box, box_of(canvas > 0.5))).max() <= max(2, 0.02 * height)


def test_a_digit_with_less_than_the_least_confidence_is_refused(reader):
    picture = picture_of(one_digit("1"))
    (line,) = read_single(picture, reader.digit_network, 0.0).lines
    reading = read_single(picture, reader.digit_network, min(1.0, line.confidence + 1e-6))
    assert reading.text == ""
    assert reading.refused == (replace(line, reason="unsure"),)
    assert reading.forms.shape == (0, 28, 28)


def test_nothing_written_is_nothing_read(reader):
    for picture in (
        picture_of(blank(60, 60)),
        picture_of(blank(300, 200), noise_sigma=6),
        picture_of(blank(28, 28), paper=0),
    ):
        reading = read_single(picture, reader.digit_network, 0.0)
        assert (reading.text, reading.lines, reading.refused) == ("", (), ())


def test_a_scribble_is_no_confident_digit(reader):
    canvas = blank(120, 120)
    points = np.random.default_rng(3).uniform(20, 100, (14, 2))
    draw(canvas, [(float(x), float(y)) for x, y in points], 5)
    assert read_single(picture_of(canvas), reader.digit_network, 0.5).text == ""


def test_batches_of_any_size_give_rows_that_sum_to_one(tmp_path):
    network = load_onnx_model(save(digit_model(classes=3), tmp_path / "net.onnx", metadata_of(classes=["a", "b", "c"])))
    forms = np.random.default_rng(0).integers(0, 256, (600, 28, 28), dtype=np.uint8)
    found = classify(network, forms)
    assert found.shape == (600, 3)
    assert found.dtype == np.float32
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert classify(network, forms[255:257]) == pytest.approx(found[255:257], abs=1e-5)
    assert classify(network, forms[:0]).shape == (0, 3)


def test_the_temperature_of_a_network_softens_it(tmp_path):
    forms = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    plain, warm = (
        classify(load_onnx_model(save(digit_model(), tmp_path / "net.onnx", metadata_of(temperature=value))), forms)
        for value in (1.0, 2.5)
    )
    logits = np.log(plain.astype(np.float64)) / 2.5
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert warm == pytest.approx(powers / powers.sum(axis=1, keepdims=True), abs=1e-5)


def test_the_classes_have_the_names_of_the_network(tmp_path):
    model = save(digit_model(classes=3), tmp_path / "net.onnx", metadata_of(classes=["ten", "한", "<b>"]))
    reading = Reader(model, min_confidence=0).read(picture_of(one_digit("3")), single=True)
    assert reading.text in {"ten", "한", "<b>"}


def test_alternatives_are_listed_most_likely_first():
    digit = name_digit(np.array([0.1, 0.6, 0.004, 0.296]), "abcd", (0, 0, 1, 1))
    assert (digit.digit, digit.confidence) == ("b", 0.6)
    assert [(other.digit, other.confidence) for other in digit.alternatives] == [("d", 0.296), ("a", 0.1)]


def test_what_looks_otherwise_when_it_is_turned_is_less_sure(reader):
    seven = find_digit(picture_of(one_digit("7")))
    views = classify_views(seven, reader.digit_network)
    assert views.shape == (5, 10)
    assert views.argmax(axis=1).tolist() == [7] * 5
    evidence = single_evidence(seven, views, 7)
    assert 0 < evidence.least_view_probability <= evidence.mean_view_probability <= 1
    assert evidence.ink_share == 1
    assert single_evidence(seven, views, 3).probability < 0.1
