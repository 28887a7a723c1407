"""The page for everybody: keyboard alone, screen reader, phone, both languages, light and dark, no scripts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.axe import axe_violations
from helpers.writing import blank, write
from serve.page.visit import Visit

pytestmark = pytest.mark.browser


def press(visit: Visit, *keys: str) -> None:
    for key in keys:
        visit.page.keyboard.press(key)


def draw_seven(visit: Visit) -> None:
    """Draw a 7 on the focused pad with keys alone."""
    press(visit, *["Shift+ArrowUp"] * 3, *["Shift+ArrowLeft"] * 2)
    press(visit, "Space", *["Shift+ArrowRight"] * 4, *["ArrowDown", "Shift+ArrowDown", "ArrowLeft"] * 5, "Space")


def go_to(visit: Visit, name: str) -> None:
    """Press Tab until the element with this id has the focus."""
    for _ in range(40):
        press(visit, "Tab")
        if visit.page.evaluate("() => document.activeElement.id") == name:
            return
    raise AssertionError(f"Tab never came to {name}")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    canvas = blank(200, 400)
    write(canvas, "358", 60, 50, 100)
    Image.fromarray((250 - 220 * canvas).astype(np.uint8)).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Any, visit: Visit, address: str, photo: Path, scheme: str) -> None:
    shown = Visit(browser, address, color_scheme=scheme)
    assert axe_violations(shown.page) == []
    shown.page.locator(".keys summary").click()
    shown.write("7")
    shown.wait_for("#digit", "7")
    assert axe_violations(shown.page) == []
    shown.page.locator("#digit").click()
    shown.page.locator("#correct").wait_for()
    assert axe_violations(shown.page) == []
    press(shown, "1")
    shown.wait_for("#corrections-count", "1")
    assert axe_violations(shown.page) == []
    shown.choose_mode("picture")
    assert axe_violations(shown.page) == []
    shown.give(photo)
    shown.wait_for("#text", "358")
    assert axe_violations(shown.page) == []
    shown.context.close()
    assert shown.complaints == []


def test_draw_correct_and_undo_with_the_keyboard_alone(visit: Visit) -> None:
    press(visit, "Tab", "Enter")
    assert visit.page.evaluate("() => document.activeElement.id") == "pad"
    draw_seven(visit)
    visit.wait_for("#digit", "7")
    assert visit.page.locator("#pen").is_visible()
    go_to(visit, "digit")
    press(visit, "Enter")
    visit.page.locator("#correct").wait_for()
    press(visit, "ArrowUp", "Enter")
    visit.wait_for("#corrections-count", "1")
    visit.wait_for("#digit", "2")
    assert visit.page.evaluate("() => document.activeElement.id") == "digit"
    go_to(visit, "export")
    press(visit, "Shift+Tab", "Enter")
    visit.page.locator("#corrections-none").wait_for()


def test_keys_of_the_pad(visit: Visit) -> None:
    visit.page.locator("#pad").focus()
    width = visit.page.locator("#width")
    press(visit, "+", "+", "-")
    assert width.input_value() == "6"
    draw_seven(visit)
    visit.wait_for("#digit", "7")
    press(visit, "z")
    visit.wait_for("#message", "Nothing written yet.")
    draw_seven(visit)
    press(visit, "c")
    visit.wait_for("#message", "Nothing written yet.")
    press(visit, "Space")
    visit.wait_for("#said", "Pen down")
    press(visit, "Tab")
    assert not visit.page.locator("#pen").is_visible()


def test_digits_of_a_text_are_one_tab_stop_with_arrow_keys(visit: Visit, photo: Path) -> None:
    visit.give(photo)
    visit.wait_for("#text", "358")
    visit.page.locator("#lines input").focus()
    press(visit, "Tab", "ArrowRight", "ArrowRight", "ArrowLeft")
    assert visit.page.evaluate("() => document.activeElement.querySelector('.name').textContent") == "5"
    press(visit, "End")
    assert visit.page.evaluate("() => document.activeElement.querySelector('.name').textContent") == "8"
    press(visit, "Tab")
    assert visit.page.evaluate("() => document.activeElement.closest('#lines')") is None


def test_focus_can_be_seen(visit: Visit) -> None:
    go_to(visit, "pad")
    outline = "() => getComputedStyle(document.activeElement).outline"
    assert "solid 3px" in visit.page.evaluate(outline)
    visit.page.locator("input[value=number]").focus()
    press(visit, "ArrowLeft")
    beside = "() => getComputedStyle(document.activeElement.nextElementSibling).outlineWidth"
    assert visit.page.evaluate(beside) == "3px"


def test_screen_readers_are_told_the_answer(visit: Visit) -> None:
    region = visit.page.locator("#said")
    assert region.get_attribute("aria-live") == "polite"
    visit.write("4")
    visit.page.wait_for_function("() => /^4, (> )?\\d+\\s%$/.test(document.getElementById('said').textContent)")
    visit.choose_mode("number")
    visit.write("47")
    visit.wait_for("#said", "Read: 4 7")
    assert visit.page.locator("#pad").get_attribute("aria-label") == "Pad to draw on"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_width_scrolls_sideways(browser: Any, visit: Visit, address: str, photo: Path, width: int) -> None:
    shown = Visit(browser, address, viewport={"width": width, "height": 844})
    assert shown.fits()
    shown.write("7")
    shown.wait_for("#digit", "7")
    shown.page.locator("#digit").click()
    assert shown.fits()
    press(shown, "1")
    shown.wait_for("#corrections-count", "1")
    shown.give(photo)
    shown.wait_for("#text", "358")
    assert shown.fits()
    shown.context.close()


def test_on_a_phone_pad_and_answer_are_on_one_screen(browser: Any, address: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    visit = Visit(browser, address, **phone)
    visit.write("4")
    visit.wait_for("#digit", "4")
    assert visit.page.evaluate("scrollY") == 0
    box = visit.page.locator("#digit").bounding_box()
    assert box["y"] + box["height"] <= 844
    small = """() => [...document.querySelectorAll("button, .button, summary")].filter(each => each.offsetParent)
        .filter(each => each.offsetHeight < 24 || each.offsetWidth < 24).length"""
    assert visit.page.evaluate(small) == 0
    visit.page.locator("#digit").click()
    visit.page.locator("#correct-none").click()
    note = visit.page.locator("#toast")
    note.wait_for()
    assert note.bounding_box()["y"] + note.bounding_box()["height"] < box["y"], "the note hides what was corrected"
    visit.choose_mode("picture")
    assert visit.page.get_by_text("Take a photo").is_visible()
    assert visit.page.locator("#photograph").get_attribute("capture") == "environment"
    visit.context.close()


@pytest.mark.parametrize(
    ("locale", "language", "title"),
    [("ko-KR", "ko", "숫자를 써 보세요"), ("en-GB", "en", "Write a digit"), ("fr-FR", "en", "Write a digit")],
)
def test_it_speaks_the_language_of_the_browser(
    browser: Any, address: str, locale: str, language: str, title: str
) -> None:
    visit = Visit(browser, address, locale=locale)
    assert visit.text_of("h1") == title
    assert visit.page.evaluate("() => document.documentElement.lang") == language
    visit.write("7")
    visit.wait_for("#digit", "7")
    assert "undefined" not in visit.page.locator("body").inner_text()
    assert axe_violations(visit.page) == []
    visit.context.close()
    assert visit.complaints == []


def test_dark_mode_has_its_own_colours(browser: Any, address: str) -> None:
    found = []
    for scheme in ("light", "dark"):
        visit = Visit(browser, address, color_scheme=scheme)
        colours = """() => ["body", "section", "#pad"].map(name => {
            const style = getComputedStyle(document.querySelector(name));
            return [style.backgroundColor, style.color].join();
        })"""
        found.append(visit.page.evaluate(colours))
        visit.context.close()
    assert all(light != dark for light, dark in zip(*found, strict=True))


def test_nothing_moves_for_who_wants_no_motion(visit: Visit) -> None:
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.page.locator("#digit").click()
    moving = "() => document.getAnimations().length"
    assert visit.page.evaluate(moving) == 0


def test_nothing_is_asked_of_anybody_else(visit: Visit, photo: Path) -> None:
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.give(photo)
    visit.wait_for("#text", "358")
    assert [url for url in visit.requests if not url.startswith((visit.address, "data:"))] == []


def test_without_scripts_the_page_says_what_is_missing(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert "inkdigits read" in page.locator("noscript").inner_text()
    context.close()
