import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from inkdigits.learn.evaluation.mistakes import Mistake
from inkdigits.learn.evaluation.neighbours import Neighbour
from inkdigits.learn.report.content import MistakeCase, NeighbourDigit, ReportContent
from inkdigits.learn.report.gallery import SHEET_ROWS, UNIT, pack_gallery


def noise_cases(count: int) -> list[MistakeCase]:
    """Digits that no compression makes small."""
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    probabilities = np.full(10, 0.1, np.float32)
    near = NeighbourDigit(Neighbour(3, 5.25), images[0])
    return [
        MistakeCase(Mistake(at, 1, 2, 0.1, probabilities), images[at], near, near, np.ones((28, 28), np.float32))
        for at in range(count)
    ]


def decoded(source: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))


def size(record: dict[str, object]) -> int:
    return len(json.dumps(record, separators=(",", ":")))


def test_with_room_enough_every_mistake_keeps_everything(content: ReportContent) -> None:
    gallery = pack_gallery(content.mistakes, budget_bytes=1_000_000)
    count = len(content.mistakes)
    assert (gallery.total, gallery.listed, gallery.pictured, gallery.detailed) == (count,) * 4
    first = content.mistakes[0]
    index, label, prediction, confidence, pairs, near_label, near_prediction, has_map = gallery.record["rows"][0]
    assert (index, label, prediction) == (first.mistake.index, first.mistake.label, first.mistake.prediction)
    assert confidence == round(first.mistake.confidence * UNIT)
    assert pairs[::2] == sorted(pairs[::2])
    assert sum(pairs[1::2]) == pytest.approx(UNIT, abs=10)
    assert first.like_label is not None
    assert first.like_prediction is not None
    assert near_label[0] == first.like_label.neighbour.index
    assert near_prediction[1] == pytest.approx(first.like_prediction.neighbour.distance, abs=0.05)
    assert has_map == 1


def test_sheet_holds_digit_neighbours_and_map_unchanged(content: ReportContent) -> None:
    sheet = decoded(pack_gallery(content.mistakes, budget_bytes=1_000_000).record["sheets"][0]["source"])
    case = content.mistakes[2]
    row = sheet[56:84]
    np.testing.assert_array_equal(row[:, :28], case.image)
    assert case.like_label is not None
    assert case.attribution is not None
    np.testing.assert_array_equal(row[:, 28:56], case.like_label.image)
    strongest = np.unravel_index(np.abs(case.attribution).argmax(), (28, 28))
    assert row[:, 84:][strongest] == (255 if case.attribution[strongest] > 0 else 1)


def test_what_is_missing_is_empty_and_said(content: ReportContent) -> None:
    bare = MistakeCase(content.mistakes[0].mistake, content.mistakes[0].image)
    gallery = pack_gallery([bare], budget_bytes=100_000)
    assert gallery.record["rows"][0][5:] == [None, None, 0]
    assert not decoded(gallery.record["sheets"][0]["source"])[:, 28:].any()


@pytest.mark.parametrize("budget", [0, 200, 20_000, 300_000, 400_000, 700_000, 900_000])
def test_budget_is_kept_and_the_surest_keep_most(budget: int) -> None:
    gallery = pack_gallery(noise_cases(350), budget_bytes=budget)
    assert size({key: gallery.record[key] for key in ("rows", "sheets")}) <= budget + 30
    assert 350 >= gallery.listed >= gallery.pictured >= gallery.detailed >= 0
    assert len(gallery.record["rows"]) == gallery.listed
    assert sum(each["rows"] for each in gallery.record["sheets"]) == gallery.pictured
    assert {len(row) for row in gallery.record["rows"][gallery.detailed :]} <= {5}


def test_less_room_means_less_detail_step_by_step() -> None:
    def account(budget: int) -> tuple[int, int, int]:
        gallery = pack_gallery(noise_cases(350), budget_bytes=budget)
        return gallery.listed, gallery.pictured, gallery.detailed

    assert account(3_000_000) == (350, 350, 350)
    assert account(45_000) == (350, 0, 0)
    listed, pictured, detailed = account(350_000)
    assert (listed, pictured) == (350, 350)
    assert detailed % SHEET_ROWS == 0
    assert 0 < detailed < 350
    assert 0 < account(10_000)[0] < 350


def test_coarse_sheets_have_sixteen_shades() -> None:
    gallery = pack_gallery(noise_cases(250), budget_bytes=230_000)
    assert gallery.detailed < 250
    assert len(np.unique(decoded(gallery.record["sheets"][-1]["source"]))) == 16


def test_the_label_has_a_bar_among_many_classes() -> None:
    probabilities = np.linspace(0.001, 0.03, 60, dtype=np.float32)
    case = MistakeCase(Mistake(0, 0, 59, 0.03, probabilities), np.zeros((28, 28), np.uint8))
    pairs = pack_gallery([case], budget_bytes=10_000).record["rows"][0][4]
    assert pairs[::2] == [0, *range(50, 60)]
