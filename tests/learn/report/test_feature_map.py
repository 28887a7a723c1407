import base64
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.canvases import TIMEOUT_MS
from inkdigits.learn.evaluation.feature_map import FeatureMap
from inkdigits.learn.report.chart_data import chart_data
from inkdigits.learn.report.content import ReportContent
from inkdigits.learn.report.feature_map import pack_feature_map
from inkdigits.learn.report.page import render, write_report


@pytest.fixture(scope="module")
def mapped(content: ReportContent, small_run: Any) -> ReportContent:
    count = 120
    places = np.random.default_rng(0).random((count, 2), np.float32)
    found = FeatureMap(
        split="test",
        indices=np.arange(count),
        images=small_run.test.images[:count],
        labels=small_run.test.labels[:count],
        predictions=small_run.probabilities[:count].argmax(axis=1),
        positions=places,
    )
    return replace(content, feature_map=found)


def test_packed_pictures_are_in_the_order_of_the_digits(mapped: ReportContent) -> None:
    assert mapped.feature_map is not None
    record = pack_feature_map(mapped.feature_map, mapped.classes)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(record["sheet"].partition(",")[2]))))
    row, column = divmod(77, record["columns"])
    tile = sheet[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28].astype(int)
    assert np.abs(tile - mapped.feature_map.images[77]).max() <= 8
    assert record["indices"][77] == 77
    assert chart_data(mapped)["map"]["digits"][77]["label"] == mapped.feature_map.labels[77]


def test_a_page_without_a_map_has_no_section_for_it(content: ReportContent) -> None:
    page = render(content)
    assert 'id="map"' not in page
    assert "#map" not in page.split("<nav")[1].split("</nav>")[0]


@pytest.mark.slow
def test_two_thousand_digits_fit_into_the_page(mapped: ReportContent) -> None:
    assert mapped.feature_map is not None
    each = np.arange(2000) % 120
    small = mapped.feature_map
    large = FeatureMap(
        "test", np.arange(2000), small.images[each], small.labels[each], small.predictions[each], small.positions[each]
    )
    assert len(render(replace(mapped, feature_map=large, mistakes=mapped.mistakes * 30)).encode()) < 5_000_000


@pytest.mark.browser
def test_pointing_at_a_mark_shows_its_digit(mapped: ReportContent, browser: Any, tmp_path: Path) -> None:
    assert mapped.feature_map is not None
    path = write_report(mapped, tmp_path)
    assert len(json.loads((tmp_path / "report" / "map.json").read_text())["digits"]) == 120
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    canvas = page.locator("#map-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = mapped.feature_map.positions[5].tolist()
    page.mouse.move(box["x"] + 14 + x * (box["width"] - 28), box["y"] + 14 + y * (box["height"] - 28))
    assert page.locator("#map-status").inner_text().startswith("test digit 5: ")
    assert page.locator("#map-digit").is_visible()
    page.wait_for_function(
        """() => document.querySelector("#map-digit canvas").getContext("2d")
            .getImageData(0, 0, 28, 28).data.some(value => value > 0 && value < 255 || value === 255)"""
    )
    wrong = mapped.feature_map.indices[mapped.feature_map.labels != mapped.feature_map.predictions]
    page.locator("#map-next").click()
    assert page.locator("#map-status").inner_text().startswith(f"test digit {wrong[0]}: ")
    assert " read as " in page.locator("#map-status").inner_text()
    marks = "() => document.querySelector('#map-canvas').toDataURL()"
    before = page.evaluate(marks)
    page.locator("select[name=by]").select_option("predictions")
    assert page.evaluate(marks) != before
    assert complaints == []
    context.close()
