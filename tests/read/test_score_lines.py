import numpy as np
import pytest
from no_digits import no_digits

from helpers.networks import digit_model, metadata_of, save
from helpers.writing import blank, picture_of, sheet_of, write
from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.read.page.page_picture import page_picture
from inkdigits.read.reader import Reader, read_lines
from inkdigits.read.score_lines import gather_evidence, score_lines


@pytest.fixture(scope="module")
def written(reader):
    """Read the lines of rows: `written(rows)` -> picture, readings, ink of the page."""

    def read(rows, height=60):
        picture = picture_of(sheet_of(rows, height)[0], noise_sigma=2)
        found = read_lines(page_picture(picture), reader.line_networks)
        return picture, found.readings, found.page_ink

    return read


def evidence_of(written, reader):
    picture, readings, page_ink = written
    return [evidence for _, evidence in gather_evidence(readings, picture, page_ink, reader.digit_network)]


def test_the_single_digit_network_is_asked_about_each_digit(written, reader):
    picture, readings, page_ink = written(["2067", "35"])
    (first, first_evidence), (second, second_evidence) = gather_evidence(
        readings, picture, page_ink, reader.digit_network
    )
    assert (first.shape, second.shape) == ((4, 28, 28), (2, 28, 28))
    assert min(*first_evidence.witness, *second_evidence.witness) > 0.3
    assert first_evidence.single is None
    assert first_evidence.readable_share == second_evidence.readable_share
    assert 0.9 < first_evidence.readable_share <= 1


def test_the_witness_is_about_the_digit_that_was_read(written, reader):
    six, four = ((written([digit])) for digit in "64")
    (right,), (other,) = evidence_of(six, reader), evidence_of(four, reader)
    assert right.single.probability > 0.9
    # The line is said to be a 6, and the picture shows a 4.
    (confused,) = evidence_of((four[0], six[1], six[2]), reader)
    assert confused.single.probability < 0.1
    assert other.witness[0] > 0.5


def test_no_lines_are_no_evidence(reader):
    assert gather_evidence([], picture_of(blank(50, 50)), 0, reader.digit_network) == []


def test_digits_that_the_witness_does_not_know_count_neither_way(written, tmp_path):
    network = load_onnx_model(save(digit_model(classes=2), tmp_path / "net.onnx", metadata_of(classes=["yes", "no"])))
    picture, readings, page_ink = written(["2067", "5"])
    several, one = (evidence for _, evidence in gather_evidence(readings, picture, page_ink, network))
    assert set(several.witness) == set(one.witness) == {one.single.probability}
    assert score_lines(readings, picture, page_ink, network, load_calibration())[0].line.confidence > 0.5


def test_one_digit_and_its_line_have_the_same_confidence(reader):
    canvas = blank(120, 100)
    write(canvas, "6", 30, 30, 60)
    (line,) = reader.read(picture_of(canvas)).lines
    assert line.confidence == line.digits[0].confidence > 0.5


def test_a_line_is_at_most_as_sure_as_its_digits(reader, picture):
    for line in Reader(min_confidence=0).read(picture).lines:
        assert all(line.confidence <= digit.confidence <= 1 for digit in line.digits)
        for digit in line.digits:
            assert digit.confidence + sum(other.confidence for other in digit.alternatives) <= 1 + 1e-3


def test_the_forms_of_a_reading_are_those_of_its_lines(reader, picture):
    reading = reader.read(picture)
    assert reading.forms.shape == (sum(len(line.digits) for line in reading.lines), 28, 28)
    assert np.array_equal(reading.forms[:1].max(axis=(1, 2)), [255])


@pytest.mark.slow
def test_little_is_read_in_pictures_without_writing(reader):
    samples = no_digits(23, first=50_000)
    for single in (False, True):
        read = [sample.name for sample in samples if reader.read(sample.source, single=single).text]
        assert len(read) <= 2, read


@pytest.mark.parametrize("digit", "0123456789")
def test_a_single_digit_is_still_read(reader, digit):
    canvas = blank(150, 120)
    write(canvas, digit, 40, 35, 70)
    for single in (False, True):
        reading = reader.read(picture_of(canvas, noise_sigma=2), single=single)
        assert reading.text == digit
        assert np.array_equal(reading.forms.shape, (1, 28, 28))
