from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.axe import axe_violations
from helpers.canvases import TIMEOUT_MS, wait_until_drawn
from inkdigits.learn.report.content import ReportContent
from inkdigits.learn.report.languages import load_language
from inkdigits.learn.report.page import write_report

pytestmark = pytest.mark.browser


class Visit:
    """The report open in a browser, with everything it complained about or asked for."""

    def __init__(self, browser: object, path: Path, **options: object) -> None:
        self.context = browser.new_context(**options)  # type: ignore[attr-defined]
        self.context.set_default_timeout(TIMEOUT_MS)
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
    for canvas in visit.page.locator(".card").first.locator("canvas").all():
        wait_until_drawn(visit.page, canvas)
    inked = drawn_pixels(visit)
    assert len(inked) == 5
    assert all(20 < count < 784 for count in inked)


def test_first_card_says_what_was_read_as_what_and_keeps_the_tutorials_caption(
    visit: Visit, content: ReportContent
) -> None:
    first = content.mistakes[0].mistake
    card = visit.page.locator(".card").first
    assert card.locator("h3").text_content() == f"{first.label} read as {first.prediction}"
    assert card.locator(".caption").text_content() == f"Label {first.label}, Prediction {first.prediction}"
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
    link = visit.page.locator(".chips a[data-label]").first
    link.click()
    assert set(visit.cards("label")) == {link.get_attribute("data-label")}
    assert set(visit.cards("prediction")) == {link.get_attribute("data-prediction")}


def test_a_cell_of_the_confusion_matrix_leads_to_its_digits(visit: Visit, content: ReportContent) -> None:
    confusion = content.main_evaluation.confusion
    cells = visit.page.locator(".confusion a")
    assert cells.count() == int((confusion > 0).sum() - (confusion.diagonal() > 0).sum())
    cell = cells.last
    label, prediction = int(cell.get_attribute("data-label")), int(cell.get_attribute("data-prediction"))
    assert cell.text_content() == str(confusion[label, prediction])
    cell.focus()
    visit.page.keyboard.press("Enter")
    assert len(visit.cards("index")) == confusion[label, prediction]
    assert set(visit.cards("label")) == {str(label)}
    assert set(visit.cards("prediction")) == {str(prediction)}
    visit.page.wait_for_function(
        "() => document.querySelector('#gallery').getBoundingClientRect().top < innerHeight / 2"
    )


def test_a_chart_tells_its_numbers_at_the_pointer(visit: Visit) -> None:
    band = visit.page.locator("#training .band").nth(4)
    band.scroll_into_view_if_needed()
    told = visit.page.locator("#hover")
    assert not told.is_visible()
    band.hover()
    assert told.inner_text().startswith("epoch 5: training ")
    visit.page.locator("#training h2").hover()
    assert not told.is_visible()


def test_a_touch_tells_the_numbers_on_a_phone(browser: object, page_path: Path) -> None:
    visit = Visit(browser, page_path, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit.page.locator("#classes .band").nth(2).tap()
    assert visit.page.locator("#hover").inner_text().startswith("2: ")
    visit.context.close()


def test_on_a_phone_contents_fold_and_text_can_be_read(browser: object, page_path: Path) -> None:
    visit = Visit(browser, page_path, viewport={"width": 390, "height": 844}, is_mobile=True)
    nav, link = visit.page.locator("nav"), visit.page.locator("nav a[href='#confusion']")
    assert not link.is_visible()
    assert nav.bounding_box()["height"] < 60
    visit.page.locator("nav summary").click()
    assert link.is_visible()
    assert visit.page.evaluate("document.querySelector('nav ol').scrollWidth <= innerWidth")
    link.click()
    assert not link.is_visible()
    sizes = visit.page.locator(".chart text").evaluate_all(
        """texts => texts.filter(text => text.getBBox().width)
            .map(text => parseFloat(getComputedStyle(text).fontSize)
                * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b))"""
    )
    assert min(sizes) >= 9.5
    assert sorted(sizes)[len(sizes) // 2] >= 11
    # The widest table can be scrolled, and a shadow at its edge says so.
    table = visit.page.locator("#evaluation .scroll")
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    assert "scroll" in table.evaluate("box => getComputedStyle(box).backgroundAttachment")
    visit.context.close()


def test_evidence_is_as_strong_on_a_dark_page(browser: object, page_path: Path) -> None:
    contrasts = {}
    for scheme, ground in (("light", 255), ("dark", 0)):
        visit = Visit(browser, page_path, color_scheme=scheme)
        wait_until_drawn(visit.page, visit.page.locator(".card .map").first)
        contrasts[scheme] = visit.page.locator(".card .map").first.evaluate(
            """(canvas, ground) => {
                const data = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
                let sum = 0;
                for (let at = 0; at < data.length; at += 4) {
                    const luminance = 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
                    sum += data[at + 3] / 255 * Math.abs(luminance - ground);
                }
                return sum;
            }""",
            ground,
        )
        visit.context.close()
    assert contrasts["dark"] > contrasts["light"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing(browser: object, page_path: Path, width: int, scheme: str) -> None:
    visit = Visit(browser, page_path, color_scheme=scheme, viewport={"width": width, "height": 900})
    visit.page.wait_for_selector(".card")
    assert axe_violations(visit.page) == []
    visit.context.close()


def test_keyboard_alone_is_enough(visit: Visit) -> None:
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    assert visit.page.evaluate("document.getElementById('contents').open")
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


def test_the_gallery_speaks_korean(browser: object, content: ReportContent, tmp_path: Path) -> None:
    visit = Visit(browser, write_report(content, tmp_path, load_language("ko")), locale="ko-KR")
    page = visit.page
    card = page.locator(".card").first
    card.wait_for()
    assert "확신도" in card.inner_text()
    assert page.locator("#gallery-status").inner_text().startswith("오답 ")
    visit.choose("label", "8")
    assert visit.complaints == []
    assert axe_violations(page) == []
    visit.context.close()
