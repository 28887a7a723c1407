import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.axe import axe_violations
from helpers.canvases import TIMEOUT_MS, wait_until_drawn
from inkdigits.learn.evaluation.comparison.paired import paired_share_difference
from inkdigits.learn.evaluation.comparison.records import (
    ClassComparison,
    Comparison,
    Disagreement,
    EntrantFigures,
    Pair,
    RunFigures,
)
from inkdigits.learn.report.comparison.charts import draw_classes, draw_curves
from inkdigits.learn.report.comparison.page import render_comparison, write_comparison

pytestmark = pytest.mark.browser


def entrant(name: str, accuracy: float, losses: tuple[float, ...]) -> EntrantFigures:
    curves = {"loss": losses, "accuracy": (accuracy,) * len(losses), "val_loss": (), "val_accuracy": ()}
    epochs = tuple(range(1, len(losses) + 1))
    run = RunFigures(f"runs/{name}", 1, accuracy, 100, 0.3, 0.02, 3.5, epochs, curves)
    return EntrantFigures(name, "softmax", 7850, (run,), accuracy, accuracy - 0.02, accuracy + 0.02)


def digits(count: int) -> tuple[Disagreement, ...]:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return tuple(
        Disagreement(at, at % 10, image, ((at % 10, 3) if at % 3 else ((at + 1) % 10, at % 10)), (0.9, 0.6))
        for at, image in enumerate(images, start=1)
        if at % 10 != 3
    )


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    difference = paired_share_difference(40, 60, 1000)
    pair = Pair(
        "first", "<b>second", difference, difference.p_value, "mcnemar", 1, 40, 60, "chance", "It may be chance."
    )
    return Comparison(
        split="test",
        dataset="uci",
        examples=1000,
        classes=tuple("0123456789"),
        entrants=(entrant("first", 0.9, (0.9, 0.5, 0.3)), entrant("<b>second", 0.92, (0.8, 0.4))),
        pairs=(pair,),
        sentence="It may be chance.",
        remarks=("A remark.",),
        by_class=tuple(ClassComparison(str(number), 100, (0.9, 0.8 + number / 50)) for number in range(10)),
        disagreements=digits(100),
    )


@pytest.fixture
def page(browser: Any, comparison: Comparison, tmp_path: Path) -> Iterator[Any]:
    path = write_comparison(comparison, tmp_path / "compare.html")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(TIMEOUT_MS)
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(path.as_uri())
    yield opened
    context.close()


def test_numbers_lie_beside_the_page(comparison: Comparison, tmp_path: Path) -> None:
    write_comparison(comparison, tmp_path / "compare.html")
    assert json.loads((tmp_path / "compare.json").read_text("utf-8")) == json.loads(json.dumps(comparison.to_dict()))


def test_curves_of_all_runs_are_in_one_chart(comparison: Comparison) -> None:
    drawing = draw_curves(comparison, "loss")
    assert "<title>epoch 2: first 0.5000, &lt;b&gt;second 0.4000</title>" in drawing
    assert "<title>epoch 3: first 0.3000</title>" in drawing
    assert all(f"stroke: var(--{colour})" in drawing for colour in ("train", "watched"))
    assert "0, 100 digits: first 10.00 %, &lt;b&gt;second 20.00 %" in draw_classes(comparison)


def test_the_page_says_which_is_better_without_complaint(page: Any, comparison: Comparison) -> None:
    assert page.locator(".verdict").first.inner_text() == "It may be chance."
    assert page.locator("#summary tbody tr").count() == 3
    assert "−0.4" not in page.locator("#summary").inner_text()
    assert "<b>second" in page.locator("#summary").inner_text()
    assert page.complaints == []


def test_digits_can_be_chosen_by_who_reads_them(page: Any, comparison: Comparison) -> None:
    total = len(comparison.disagreements)
    assert f"of {total} digits" in page.locator("#gallery-status").inner_text()
    page.locator("#gallery-more").click()
    assert page.locator(".card").count() == total
    page.locator("select[name=right]").select_option(label="first")
    page.locator("select[name=wrong]").select_option(label="<b>second")
    shown = page.locator(".card").evaluate_all("cards => cards.map(card => Number(card.dataset.index))")
    expected = [each.index for each in comparison.disagreements if each.predictions[0] == each.label]
    assert shown == expected[:48]
    page.locator("select[name=right]").select_option(label="<b>second")
    assert page.locator("#gallery-status").inner_text() == "No digit is of this kind."
    page.locator("button[type=reset]").click()
    page.wait_for_function("() => document.querySelectorAll('.card').length === 48")
    first = page.locator(".card canvas").first
    wait_until_drawn(page, first)
    values = first.evaluate("canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]")
    drawn = np.array(values).reshape(28, 28, 4)[..., 0]
    assert np.abs(drawn - comparison.disagreements[0].image).max() <= 9  # 16 shades of grey


def test_charts_tell_their_numbers(page: Any) -> None:
    band = page.locator("#classes .band").first
    band.scroll_into_view_if_needed()
    band.hover()
    assert page.locator("#hover").inner_text() == "0, 100 digits: first 10.00 %, <b>second 20.00 %"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_one_way_only_and_axe_finds_nothing(
    browser: Any, comparison: Comparison, tmp_path: Path, scheme: str
) -> None:
    path = write_comparison(comparison, tmp_path / "compare.html")
    context = browser.new_context(viewport={"width": 360, "height": 800}, is_mobile=True, color_scheme=scheme)
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(".card")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe_violations(page) == []
    context.close()


def test_ten_thousand_digits_stay_under_five_megabytes(comparison: Comparison) -> None:
    page = render_comparison(replace(comparison, disagreements=digits(11_200)))
    assert len(page.encode()) < 5_000_000
    assert "To keep this page small" in page


def test_without_any_difference_the_page_says_so(comparison: Comparison) -> None:
    page = render_comparison(replace(comparison, disagreements=()))
    assert "None: all read the same digits right." in page
