import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from inkdigits.learn.evaluation.calibration import measure_calibration
from inkdigits.learn.evaluation.metrics import ClassMetrics
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves
from inkdigits.learn.report.charts import (
    draw_class_errors,
    draw_confusion,
    draw_curve,
    draw_reliability,
)
from inkdigits.learn.report.content import ReportContent
from inkdigits.learn.report.derived import MOST_CLASSES


def texts(drawing: str) -> list[str]:
    root = ElementTree.fromstring(drawing)
    return [(each.text or "").strip() for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def drawings(content: ReportContent) -> list[str]:
    main = content.main_evaluation
    return [
        draw_curve(content.history, "loss"),
        draw_curve(content.history, "accuracy"),
        draw_confusion(main.confusion, content.classes),
        draw_reliability(main.calibration),
        draw_class_errors(main.classes),
    ]


def test_every_chart_takes_the_colours_of_the_page(drawings: list[str]) -> None:
    for drawing in drawings:
        assert "var(--ink)" in drawing
        assert not [part for part in drawing.split("#")[1:] if part[:6].isalnum() and part[:5] == "00000"]
        assert "stroke: black" not in drawing


def test_every_chart_is_named_for_those_who_cannot_see_it(drawings: list[str]) -> None:
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        title, description = str(root.get("aria-labelledby")).split()
        named = {each.get("id"): each.text for each in root}
        assert named[title]
        assert named[description]


def test_no_id_is_shared_and_every_reference_has_its_id(drawings: list[str]) -> None:
    ids: list[str] = []
    for drawing in drawings:
        own = [each.get("id") for each in ElementTree.fromstring(drawing).iter() if each.get("id")]
        ids += [str(each) for each in own]
        references = [part.split(")")[0] for part in drawing.split("url(#")[1:]]
        references += [part.split('"')[0] for part in drawing.split('href="#')[1:]]
        assert set(references) <= set(own)
    assert len(ids) == len(set(ids))


def test_the_same_record_gives_the_same_bytes(content: ReportContent, drawings: list[str]) -> None:
    assert draw_curve(content.history, "loss") == drawings[0]
    assert draw_reliability(content.main_evaluation.calibration) == drawings[3]
    assert "date" not in drawings[0].lower()


def test_curves_name_both_sets_and_the_weights_kept(content: ReportContent) -> None:
    shown = texts(draw_curve(replace(content.history, kept_position=20), "loss"))
    assert {"training", "test (watched, never selected on)", "weights kept", "epoch"} <= set(shown)


def test_a_curve_without_a_watched_set_has_one_line() -> None:
    alone = TrainingCurves((100, 200), "step", loss=(0.5, math.inf), accuracy=(0.8, 0.9))
    shown = texts(draw_curve(alone, "loss"))
    assert "training" in shown
    assert "validation" not in shown
    assert "step" in shown


def test_a_history_of_nothing_can_be_drawn() -> None:
    assert "Nothing was measured" in draw_curve(TrainingCurves((), "epoch", loss=(), accuracy=()), "accuracy")


def test_confusion_writes_every_count_and_colours_only_mistakes() -> None:
    drawing = draw_confusion(np.array([[90, 3], [0, 80]]), ("a", "b"))
    assert {"90", "3", "80"} <= set(texts(drawing))
    assert "0" not in texts(drawing)
    assert drawing.count("fill: var(--wrong)") == 1
    assert "3 times, a was read as b" in drawing


def test_a_perfect_confusion_has_no_mistakes() -> None:
    drawing = draw_confusion(np.diag([4, 5]), ("a", "b"))
    assert "There are no mistakes" in drawing
    assert "var(--wrong)" not in drawing


def test_many_classes_leave_the_most_mistaken() -> None:
    confusion = np.diag(np.full(60, 9))
    confusion[59, 58] = 4
    shown = texts(draw_confusion(confusion, tuple(f"class {number:02}" for number in range(60))))
    assert "class 59" in shown
    assert len([each for each in shown if each.startswith("class")]) == 2 * MOST_CLASSES


def test_names_are_plain_text_whatever_they_hold() -> None:
    classes = ("$x^2$", "<b>&", "漢字", "a very long class name")
    drawing = draw_confusion(np.ones((4, 4), np.int64), classes)
    shown = texts(drawing)
    assert {"$x^2$", "<b>&", "漢字", "a very long…"} <= set(shown)


def test_reliability_writes_ece_and_counts() -> None:
    calibration = measure_calibration(
        np.array([[0.95, 0.05], [0.65, 0.35], [0.62, 0.38]], np.float32), np.array([0, 0, 1])
    )
    shown = texts(draw_reliability(calibration))
    assert f"ECE {calibration.expected_error * 100:.2f} %" in shown
    assert sorted(each for each in shown if each in {"0", "1", "2"}) == ["0"] * 8 + ["1", "2"]


def test_class_errors_leave_out_what_was_not_measured() -> None:
    classes = [ClassMetrics("a", 1, 1, 1, 4), ClassMetrics("b", None, None, None, 0), ClassMetrics("c", 1, 0.5, 0.7, 2)]
    shown = texts(draw_class_errors(classes))
    assert {"a", "c", "0.0 %", "50.0 %"} <= set(shown)
    assert "b" not in shown


def test_of_many_classes_the_worst_are_shown() -> None:
    classes = [ClassMetrics(f"n{at}", 1, at / 100, 1, 1) for at in range(60)]
    shown = texts(draw_class_errors(classes))
    assert "n0" in shown
    assert "n59" not in shown


def bands(drawing: str) -> list[str]:
    root = ElementTree.fromstring(drawing)
    rects = [each for each in root.iter("{http://www.w3.org/2000/svg}rect") if each.get("class") == "band"]
    width, height = map(float, str(root.get("viewBox")).split()[2:])
    for each in rects:
        left, top, wide, high = (float(str(each.get(name))) for name in ("x", "y", "width", "height"))
        assert 0 <= left < left + wide <= width
        assert 0 <= top < top + high <= height
    return [str(each[0].text) for each in rects]


def test_a_curve_tells_its_numbers_where_it_is_pointed_at(content: ReportContent) -> None:
    history = content.history
    told = bands(draw_curve(history, "loss"))
    assert len(told) == len(history.positions)
    assert history.val_loss is not None
    assert told[3] == (
        f"epoch 4: training {history.loss[3]:.4f}, test (watched, never selected on) {history.val_loss[3]:.4f}"
    )


def test_class_bars_begin_at_zero_and_tell_their_counts() -> None:
    classes = [ClassMetrics("a", 1, 0.9, 1, 40), ClassMetrics("b", 1, 0.8, 1, 40)]
    drawing = draw_class_errors(classes)
    assert "0.0 %" in texts(drawing)
    assert bands(drawing) == [
        "a: 4 of 40 misread, 10.00 % (95 % interval 3.96 % to 23.05 %)",
        "b: 8 of 40 misread, 20.00 % (95 % interval 10.50 % to 34.76 %)",
    ]
    root = ElementTree.fromstring(drawing)
    paths = [each for each in root.iter("{http://www.w3.org/2000/svg}path") if "var(--wrong)" in str(each.get("style"))]
    lefts, rights = zip(*(_ends(str(each.get("d"))) for each in paths[:2]), strict=True)
    assert lefts[0] == pytest.approx(lefts[1])
    assert rights[1] - lefts[1] == pytest.approx(2 * (rights[0] - lefts[0]), rel=1e-3)


def _ends(path: str) -> tuple[float, float]:
    across = [float(each.split()[0]) for each in path.replace("M ", "L ").split("L ")[1:]]
    return min(across), max(across)


def test_the_reliability_curve_tells_each_bin() -> None:
    calibration = measure_calibration(np.array([[0.95, 0.05], [0.65, 0.35]], np.float32), np.array([0, 1]))
    told = bands(draw_reliability(calibration))
    assert len(told) == 20
    assert "confidence 60 % to 70 %: 1 digits, 0.00 % read right" in told
    assert "confidence 0 % to 10 %: no digits" in told
