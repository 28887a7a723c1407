"""The script that fits the confidence of readings."""

import json
import re
import shutil
import subprocess
import sys
from itertools import islice

import confidence
import numpy as np
import pytest
from confidence_samples import FoundLine, compose_lines, compose_single, find_lines, find_single
from form_confidence import FoundCells, cell_confidences, compose_forms, find_cells

from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.confidence.evidence import CellEvidence, LineEvidence, SingleEvidence
from inkdigits.read.reader import Reader


def found_line(generator, *, writing):
    """Return a line of 1 or 3 digits: written ones are the likelier right, the likelier their text is."""
    length = int(generator.choice([1, 3]))
    doubt = generator.exponential(0.6)
    right = bool(writing and generator.random() < np.exp(-doubt))
    shown = generator.uniform(0.8, 1) if writing else generator.uniform(0, 0.6)
    evidence = LineEvidence(
        log_probability=-doubt,
        least_view_log_probability=-2 * doubt,
        margin=2 - 2 * doubt,
        agreement=1.0,
        least_posterior=float(np.exp(-doubt)),
        log_likelihood_ratio=10 * shown,
        witness=(shown,) * length,
        is_only_ones=False,
        readable_share=shown,
        single=SingleEvidence(shown, shown, shown, shown) if length == 1 else None,
    )
    return FoundLine(evidence, right, (0.9,) * length, (right,) * length)


def found_cells(generator):
    """Return the cells of combs, whose networks are far too sure of themselves."""
    combs = []
    for _ in range(150):
        doubts = generator.exponential(0.02, size=6)
        cells = [CellEvidence(float(np.exp(-doubt)), 0.9, 0.9, 1, True) for doubt in doubts]
        combs.append((cells, (generator.random(6) < np.exp(-5 * doubts)).tolist()))
    return FoundCells(
        [pair for cells, right in combs for pair in zip(cells, right, strict=True)],
        [(cells, all(right)) for cells, right in combs],
    )


def test_the_fit_tells_right_lines_from_wrong_ones_and_writing_from_walls(tmp_path):
    generator = np.random.default_rng(0)
    lines = [found_line(generator, writing=True) for _ in range(400)]
    walls = [found_line(generator, writing=False) for _ in range(200)]
    single = [(SingleEvidence(0.9, 0.9, 0.9, 1.0), True), (SingleEvidence(0.4, 0.4, 0.2, 1.0), False)] * 20
    other_single = [(SingleEvidence(0.6, 0.4, 0.1, 0.2), False)] * 20
    forms = found_cells(generator)
    content = confidence.fit(confidence.Samples(lines, walls, single, other_single, forms, 200))
    (tmp_path / "fit.json").write_text(json.dumps(content))
    calibration = load_calibration(tmp_path / "fit.json")
    confidences = np.array([calibration.line_confidence(line.evidence) for line in lines])
    right = np.array([line.right for line in lines])
    assert confidences[right].mean() > confidences[~right].mean() + 0.2
    assert abs(confidences.mean() - right.mean()) < 0.1
    assert max(calibration.line_confidence(line.evidence) for line in walls) < 0.5
    assert calibration.single_confidence(single[0][0]) > 0.5 > calibration.single_confidence(other_single[0][0])
    for confidences, right in cell_confidences(calibration, forms):
        assert confidences[right].mean() > confidences[~right].mean() + 0.1
        assert abs(confidences.mean() - right.mean()) < 0.05
    assert set(content["regressions"]) == set(json.loads(confidence.PATH.read_text())["regressions"])


def test_expected_errors_are_those_counted_or_said_and_never_rise():
    confidences = np.array([0.2, 0.4, 0.9, 0.92, 0.99])
    table = dict(confidence.expected_errors(confidences, np.array([False, False, True, True, True]), np.ones(5)))
    assert table[0.0] == pytest.approx(2 / 5)  # counted: the confidences say 1.59 of 5
    assert table[0.5] == pytest.approx((0.1 + 0.08 + 0.01) / 3, abs=1e-5)  # said: none was counted
    assert list(table.values()) == sorted(table.values(), reverse=True)


def test_writing_is_composed_and_read(some_digits):
    reader = Reader()
    composed = list(islice(compose_lines(some_digits, 3), 4))
    assert [text for _, text in composed] == [text for _, text in islice(compose_lines(some_digits, 3), 4)]
    for line in find_lines(reader, composed):
        assert len(line.posteriors) == len(line.evidence.witness) == len(line.digits_right)
    assert len(find_single(reader, islice(compose_single(some_digits, 3), 3))) == 3


def test_forms_are_composed_and_their_cells_read(some_digits):
    [form] = compose_forms(some_digits, 4, 0.01)
    assert form.blocks[0].kind == "comb"
    found = find_cells(Reader(), iter([form]))
    assert len(found.cells) >= 4
    [(cells, is_right)] = found.combs
    assert [evidence for evidence, _ in found.cells] == list(cells)
    assert is_right == all(right for _, right in found.cells)


@pytest.mark.slow
@pytest.mark.mnist
def test_measuring_fits_nothing(tmp_path, mnist_folder):
    out = tmp_path / "calibration.json"
    shutil.copy(confidence.PATH, out)
    before = out.read_bytes()
    # A process of its own: its workers are forked, which the networks of other tests don't survive.
    options = ["--measure", "--share", "0.01", "--data-dir", str(mnist_folder), "--out", str(out)]
    command = [sys.executable, confidence.__file__, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == before
    assert re.search(r"^lines: n \d+, right \d", done.stdout)
    assert "without digits refused" in done.stdout


@pytest.mark.parametrize("share", ["0", "1.5", "-1"])
def test_a_share_of_the_pictures_is_above_0_and_at_most_1(monkeypatch, capsys, share):
    monkeypatch.setattr("sys.argv", ["confidence.py", f"--share={share}"])
    with pytest.raises(SystemExit):
        confidence.main()
    assert f"--share is {share}, expected above 0, at most 1" in capsys.readouterr().err
