"""The gallery of a report with 10,000 mistakes: cards are built where the reader is, and nowhere else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.axe import axe_violations
from helpers.canvases import TIMEOUT_MS, wait_until_drawn
from inkdigits.learn.report.content import ReportContent
from inkdigits.learn.report.page import write_report

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 393, "height": 727}, "is_mobile": True, "has_touch": True}
MOST_BUILT = 300
CARD_ON_SCREEN = """() => [...document.querySelectorAll(".card")].some(card => {
    const { top, bottom } = card.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
})"""


def crowded(content: ReportContent, count: int) -> ReportContent:
    """Return a report's content with so many mistakes, each with noise of its own as its picture."""
    noise = np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    cases = content.mistakes * (count // len(content.mistakes) + 1)
    return replace(
        content,
        mistakes=tuple(
            replace(case, mistake=replace(case.mistake, index=number), image=image)
            for number, (case, image) in enumerate(zip(cases[:count], noise, strict=True))
        ),
    )


@pytest.fixture(scope="module")
def crowded_path(content: ReportContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(crowded(content, 10_000), tmp_path_factory.mktemp("crowded"))


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


def built(page: Any) -> int:
    return int(page.locator(".card").count())


def test_a_bounded_number_of_cards_is_built_wherever_the_page_is_scrolled_to(page: Any, crowded_path: Path) -> None:
    page.goto(crowded_path.as_uri())
    page.locator("#gallery-all").click()
    assert "Showing 10,000 of 10,000" in page.locator("#gallery-status").inner_text()
    for share in (0.1, 0.35, 0.6, 0.85, 0.3, 1):
        page.evaluate(
            """share => {
                const list = document.getElementById("gallery-cards").getBoundingClientRect();
                scrollTo({ top: scrollY + list.top + share * list.height - innerHeight, behavior: "instant" });
            }""",
            share,
        )
        page.wait_for_function(CARD_ON_SCREEN)
        page.wait_for_function(f"() => document.querySelectorAll('.card').length < {MOST_BUILT}")
    assert page.locator("#digit-9999").count() == 1
    assert page.locator("#digit-9999").get_attribute("aria-posinset") == "10000"
    assert page.locator("#digit-0").count() == 0


def test_nothing_jumps_where_cards_take_the_place_of_empty_boxes(page: Any, crowded_path: Path) -> None:
    page.goto(crowded_path.as_uri() + "#digit-300")
    place = "document.getElementById('digit-300').getBoundingClientRect().top"
    page.wait_for_function(f"() => {place} >= 0 && {place} < innerHeight")
    page.wait_for_function("() => document.querySelectorAll('.block').length > 20")
    before = page.evaluate(place)
    page.evaluate("scrollBy({ top: -600, behavior: 'instant' })")
    # The cards above are built now, and the page has moved by what it was asked to.
    page.wait_for_selector("#digit-290", state="attached")
    assert abs(page.evaluate(place) - before - 600) < 40


def test_a_link_leads_to_a_card_that_was_not_built(page: Any, crowded_path: Path) -> None:
    page.goto(crowded_path.as_uri() + "#digit-7123")
    card = page.locator("#digit-7123")
    card.wait_for()
    assert "7123" in card.locator(".place").inner_text()
    assert page.evaluate("document.activeElement.id") == "digit-7123"
    page.wait_for_function(CARD_ON_SCREEN)
    # A link to a digit that the filter leaves out takes the filter away.
    page.locator("select[name=label]").select_option(index=1)
    page.evaluate("location.hash = '#digit-7000'")
    page.wait_for_function("() => document.activeElement.id === 'digit-7000'")
    assert page.locator("select[name=label]").input_value() == ""


def test_the_keyboard_walks_from_card_to_card(page: Any, crowded_path: Path) -> None:
    page.goto(crowded_path.as_uri())
    page.locator("#gallery-all").click()
    page.evaluate("location.hash = '#digit-500'")
    page.wait_for_function("() => document.activeElement.id === 'digit-500'")
    page.wait_for_selector("#digit-514", state="attached")
    page.keyboard.press("Tab")
    for number in range(500, 514):
        assert page.evaluate("document.activeElement.closest('.card').id") == f"digit-{number}"
        page.keyboard.press("Tab")
    # The card with the focus stays, however far the page is scrolled.
    focused = page.evaluate("document.activeElement.closest('.card').id")
    page.evaluate("document.getElementById('gallery').scrollIntoView({ behavior: 'instant' })")
    page.wait_for_selector("#digit-0", state="attached")
    assert page.evaluate("document.activeElement.closest('.card').id") == focused


def test_axe_finds_nothing_among_built_and_unbuilt_cards(page: Any, content: ReportContent, tmp_path: Path) -> None:
    page.goto(write_report(crowded(content, 400), tmp_path).as_uri())
    page.locator("#gallery-all").click()
    page.wait_for_function(f"() => document.querySelectorAll('.card').length < {MOST_BUILT}")
    # Here the bar at the top hides no link in part, which axe would call too small.
    page.evaluate("document.getElementById('gallery').scrollIntoView({ behavior: 'instant' })")
    page.wait_for_selector("#digit-0", state="attached")
    assert 0 < built(page) < MOST_BUILT
    assert axe_violations(page) == []


def test_paper_gets_every_card_with_its_picture(page: Any, content: ReportContent, tmp_path: Path) -> None:
    page.goto(write_report(crowded(content, 400), tmp_path).as_uri())
    page.locator("#gallery-all").click()
    page.wait_for_function(f"() => document.querySelectorAll('.card').length < {MOST_BUILT}")
    on_paper = page.evaluate(
        """async () => {
            dispatchEvent(new Event("beforeprint"));
            await null;
            return document.querySelectorAll(".card").length;
        }"""
    )
    assert on_paper == 400
    wait_until_drawn(page, page.locator("#digit-399 canvas").first)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(f"() => document.querySelectorAll('.card').length < {MOST_BUILT}")
    assert built(page) > 0
