from collections.abc import Iterator
from pathlib import Path

import pytest

from inkdigits.learn.report.content import ReportContent

pytestmark = pytest.mark.browser


class Visit:
    """The report open in a browser, with everything it complained about or asked for."""

    def __init__(self, browser: object, path: Path, **options: object) -> None:
        self.context = browser.new_context(**options)  # type: ignore[attr-defined]
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def cards(self, name: str) -> list[str]:
        return self.page.locator(".card").evaluate_all(f"cards => cards.map(card => card.dataset.{name})")

    def choose(self, field: str, value: str) -> None:
        self.page.locator(f"select[name={field}]").select_option(value)


@pytest.fixture
def visit(browser: object, page_path: Path) -> Iterator[Visit]:
    opened = Visit(browser, page_path, viewport={"width": 1280, "height": 900})
    yield opened
    opened.context.close()


def drawn_pixels(visit: Visit) -> list[int]:
    """Count for each picture of the first card the pixels that have ink."""
    return (
        visit.page.locator(".card")
        .first.locator("canvas")
        .evaluate_all(
            """canvases => canvases.map(canvas => {
            const data = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
            let inked = 0;
            for (let at = 0; at < data.length; at += 4) inked += data[at + 3] > 0 && (data[at] || data[at + 2]) ? 1 : 0;
            return inked;
        })"""
        )
    )


def test_it_runs_without_complaint_or_request(visit: Visit, page_path: Path) -> None:
    visit.page.wait_for_function("() => document.querySelectorAll('.card').length > 0")
    visit.page.locator("#gallery-all").click()
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith("data:")] == [page_path.as_uri()]


def test_cards_show_digit_map_and_both_neighbours(visit: Visit) -> None:
    visit.page.locator(".card").first.scroll_into_view_if_needed()
    visit.page.wait_for_timeout(200)
    inked = drawn_pixels(visit)
    assert len(inked) == 5
    assert all(20 < count < 784 for count in inked)


def test_first_card_is_titled_label_prediction(visit: Visit, content: ReportContent) -> None:
    first = content.mistakes[0].mistake
    heading = visit.page.locator(".card h3").first
    assert heading.text_content() == f"Label {first.label}, prediction {first.prediction}"
    assert visit.page.locator(".card .columns").first.locator("li").count() == 10


def test_all_mistakes_can_be_reached_one_page_after_the_other(visit: Visit, content: ReportContent) -> None:
    assert len(visit.cards("index")) == 48
    while visit.page.locator("#gallery-more").is_visible():
        visit.page.locator("#gallery-more").click()
    assert visit.cards("index") == [str(case.mistake.index) for case in content.mistakes]
    assert f"{len(content.mistakes)} of {len(content.mistakes)}" in visit.page.locator("#gallery-status").inner_text()


def test_orders_really_reorder(visit: Visit, content: ReportContent) -> None:
    mistakes = [case.mistake for case in content.mistakes]
    visit.page.locator("#gallery-all").click()
    expected = {
        "doubtful": mistakes[::-1],
        "index": sorted(mistakes, key=lambda each: each.index),
        "pair": sorted(mistakes, key=lambda each: (each.label, each.prediction)),
        "prediction": sorted(mistakes, key=lambda each: (each.prediction, each.label)),
        "surest": mistakes,
    }
    for order, wanted in expected.items():
        visit.choose("order", order)
        assert visit.cards("index") == [str(each.index) for each in wanted[:48]], order


def test_filters_keep_what_they_say_and_reset_brings_all_back(visit: Visit, content: ReportContent) -> None:
    first = content.mistakes[0].mistake
    visit.choose("label", str(first.label))
    visit.page.locator("#gallery-all").evaluate("button => button.hidden || button.click()")
    of_label = [case.mistake for case in content.mistakes if case.mistake.label == first.label]
    assert visit.cards("index") == [str(each.index) for each in of_label]
    visit.choose("prediction", str(first.prediction))
    assert set(visit.cards("prediction")) == {str(first.prediction)}
    visit.choose("prediction", str(content.mistakes[0].mistake.prediction))
    visit.page.locator("button[type=reset]").click()
    visit.page.wait_for_function("() => document.querySelectorAll('.card').length === 48")


def test_a_kind_that_does_not_occur_is_told(visit: Visit, content: ReportContent) -> None:
    pairs = {(case.mistake.label, case.mistake.prediction) for case in content.mistakes}
    labels, predictions = {label for label, _ in pairs}, {prediction for _, prediction in pairs}
    label, prediction = next((a, b) for a in sorted(labels) for b in sorted(predictions) if (a, b) not in pairs)
    visit.choose("label", str(label))
    visit.choose("prediction", str(prediction))
    assert visit.cards("index") == []
    assert visit.page.locator("#gallery-status").inner_text() == "No mistake is of this kind."


def test_a_frequent_mistake_leads_to_its_digits(visit: Visit) -> None:
    link = visit.page.locator("a[data-label]").first
    link.click()
    assert set(visit.cards("label")) == {link.get_attribute("data-label")}
    assert set(visit.cards("prediction")) == {link.get_attribute("data-prediction")}


def test_keyboard_alone_is_enough(visit: Visit) -> None:
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    visit.page.locator("select[name=order]").focus()
    visit.page.keyboard.press("End")
    visit.page.wait_for_function("() => document.activeElement.value === 'index'")
    indices = [int(each) for each in visit.cards("index")]
    assert indices == sorted(indices)
    visit.page.locator("#gallery-more").focus()
    visit.page.keyboard.press("Enter")
    assert len(visit.cards("index")) > 48
    assert visit.page.evaluate("[...document.querySelectorAll('.card')].indexOf(document.activeElement)") == 48


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_width_scrolls_sideways(browser: object, page_path: Path, width: int) -> None:
    visit = Visit(browser, page_path, viewport={"width": width, "height": 844})
    visit.page.wait_for_selector(".card")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.context.close()


def test_dark_mode_has_its_own_colours(browser: object, page_path: Path) -> None:
    found = []
    for scheme in ("light", "dark"):
        visit = Visit(browser, page_path, color_scheme=scheme)
        found.append(
            visit.page.evaluate(
                """["body", ".chart text", ".card"].map(name => {
                    const style = getComputedStyle(document.querySelector(name));
                    return [style.backgroundColor, style.color, style.fill].join();
                })"""
            )
        )
        visit.context.close()
    assert all(light != dark for light, dark in zip(*found, strict=True))


def test_without_scripts_the_page_says_what_is_missing(browser: object, page_path: Path) -> None:
    visit = Visit(browser, page_path, java_script_enabled=False)
    assert visit.page.locator("noscript").inner_text().startswith("The cards of the misread digits")
    assert not visit.page.locator("#gallery-controls").is_visible()
    visit.context.close()
