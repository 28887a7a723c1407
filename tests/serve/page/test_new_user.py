"""What new users stumbled over: scribbles, lost pictures, no redo, the language, notes in the way, phones turned."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.axe import axe_violations
from helpers.writing import blank, write
from inkdigits.core.formatting import percent
from serve.page.visit import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    canvas = blank(200, 400)
    write(canvas, "358", 60, 50, 100)
    path = tmp_path_factory.mktemp("pictures") / "photo.png"
    Image.fromarray((250 - 220 * canvas).astype(np.uint8)).save(path)
    return path


def draw_zigzag(visit: Visit) -> None:
    """Draw what is no digit."""
    visit.page.locator("#pad").scroll_into_view_if_needed()
    box = visit.page.locator("#pad").bounding_box()
    places = [(box["x"] + 60 + 35 * number, box["y"] + (380 if number % 2 else 100)) for number in range(10)]
    visit.draw([places])
    visit.page.locator("#answer[aria-busy=false]").wait_for()


def strokes(visit: Visit) -> str:
    """Return what the pad looks like."""
    visit.page.locator("#answer[aria-busy=false]").wait_for()
    return str(visit.page.evaluate("() => document.getElementById('pad').toDataURL().length"))


def test_a_scribble_is_no_digit_and_can_be_corrected(visit: Visit) -> None:
    draw_zigzag(visit)
    visit.wait_for("#digit", "?")
    assert visit.text_of("#confidence").startswith("This doesn't look like a digit. Closest: ")
    visit.page.locator("#digit").click()
    visit.page.locator("#correct-none").click()
    visit.wait_for("#corrections-count", "1")


def test_the_picture_is_kept_while_one_draws(visit: Visit, photo: Path) -> None:
    visit.give(photo)
    visit.wait_for("#text", "358")
    visit.page.locator("#lines button").first.click()
    visit.page.keyboard.press("1")
    visit.wait_for("#corrections-count", "1")
    visit.choose_mode("digit")
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.choose_mode("picture")
    visit.wait_for("#text", "158")
    assert visit.page.locator("#photo-canvas").is_visible()
    assert visit.page.locator("#boxes .found").count() == 3
    assert visit.page.locator("#lines button.corrected").count() == 1, "a correction stays, too"
    visit.choose_mode("digit")
    visit.wait_for("#digit", "7")


def test_a_reading_that_was_left_goes_on_when_one_comes_back(visit: Visit, photo: Path) -> None:
    held = []
    visit.page.route("**/v1/read*", lambda route: held.append(route) or (len(held) > 1 and route.continue_()))
    visit.give(photo)
    visit.page.locator("#waiting").wait_for()
    visit.choose_mode("number")
    visit.choose_mode("picture")
    visit.wait_for("#text", "358")
    visit.page.unroute("**/v1/read*")


def test_undo_and_redo_also_of_clearing(visit: Visit) -> None:
    assert visit.page.locator("#redo").is_disabled()
    visit.write("4")
    drawn = strokes(visit)
    visit.page.locator("#clear").click()
    visit.wait_for("#message", "Nothing written yet.")
    visit.page.locator("#undo").click()
    visit.wait_for("#digit", "4")
    assert strokes(visit) == drawn
    visit.page.locator("#undo").click()
    assert strokes(visit) != drawn
    visit.page.locator("#redo").click()
    assert strokes(visit) == drawn
    visit.page.keyboard.press("Control+z")
    assert strokes(visit) != drawn
    visit.page.keyboard.press("Control+Shift+z")
    assert strokes(visit) == drawn
    visit.page.locator("#pad").focus()
    visit.page.keyboard.press("z")
    visit.page.keyboard.press("y")
    assert strokes(visit) == drawn
    visit.page.keyboard.press("z")
    visit.write("1")
    assert visit.page.locator("#redo").is_disabled(), "after a new stroke there is nothing to do again"


def test_the_language_is_switched_without_losing_anything(visit: Visit) -> None:
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.page.locator("#language").focus()
    visit.page.keyboard.press("Enter")
    visit.wait_for("h1", "숫자를 써 보세요")
    assert visit.page.evaluate("() => document.documentElement.lang") == "ko"
    assert visit.text_of("#language") == "English"
    visit.wait_for("#digit", "7")
    assert "확신도" in visit.text_of("#confidence")
    assert "되돌리기" in visit.text_of("#undo")
    visit.page.locator("#inside-layers").get_by_text("합성곱").first.wait_for()
    assert axe_violations(visit.page) == []
    visit.open()
    assert visit.text_of("h1") == "숫자를 써 보세요", "it is remembered"
    visit.page.locator("#language").click()
    visit.wait_for("h1", "Write a digit")


def test_a_note_covers_no_button(browser: Any, visit: Visit, address: str) -> None:
    shown = Visit(browser, address, viewport={"width": 1280, "height": 700})
    shown.write("7")
    shown.wait_for("#digit", "7")
    shown.page.locator("#digit").click()
    shown.page.keyboard.press("1")
    shown.page.locator("#toast").wait_for()
    # At the foot of the window, where a note is otherwise.
    shown.page.evaluate("() => document.querySelector('#teach').scrollIntoView({ block: 'end' })")
    hit = """() => {
        const box = document.querySelector("#teach").getBoundingClientRect();
        const at = [0.1, 0.5, 0.9].map((share) => [box.left + share * box.width, (box.top + box.bottom) / 2]);
        return at.every(([x, y]) => document.elementFromPoint(x, y)?.closest("#teach"));
    }"""
    shown.page.wait_for_function(hit)
    shown.context.close()


@pytest.mark.parametrize("size", [(844, 390), (667, 375)])
def test_a_phone_on_its_side_shows_pad_and_answer_whole(browser: Any, address: str, size: tuple[int, int]) -> None:
    width, height = size
    visit = Visit(browser, address, viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    visit.write("4")
    visit.wait_for("#digit", "4")
    assert visit.page.evaluate("() => scrollY") == 0
    for name in ("#pad", "#digit", "#bars", ".tools", "#modes"):
        box = visit.page.locator(name).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, name
    assert visit.page.locator("#pad").bounding_box()["width"] >= 200
    assert visit.fits()
    visit.choose_mode("number")
    visit.write("47")
    visit.wait_for("#text", "47")
    assert visit.page.locator("#pad").bounding_box()["height"] <= height
    assert axe_violations(visit.page) == []
    visit.context.close()


def test_the_pad_stays_in_sight_and_off_what_stands_below(visit: Visit) -> None:
    visit.write("7")
    visit.page.locator("#inside-layers > li").nth(5).evaluate("each => each.scrollIntoView({ block: 'center' })")
    box = visit.page.locator("#pad").bounding_box()
    assert 0 <= box["y"] < 400
    visit.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    lessons = visit.page.locator("#lessons").bounding_box()
    write_box = visit.page.locator("#write").bounding_box()
    assert write_box["y"] + write_box["height"] <= lessons["y"]


def test_the_page_says_which_network_answers(visit: Visit) -> None:
    visit.write("7")
    digit = visit.client.get("/v1/model").json["digit"]
    share = digit["measured"]["accuracy"]
    assert f"the shipped network “{digit['provenance']['recipe']}”" in visit.text_of("#answerer")
    assert f"{percent(share)} of {digit['measured']['examples']:,} test digits" in visit.text_of("#answerer")
    visit.choose_mode("number")
    visit.write("47")
    visit.wait_for("#text", "47")
    assert "composed lines" in visit.text_of("#answerer")
    visit.page.locator("#answerer-more").click()
    about = visit.page.locator("#about-networks")
    about.get_by_text(digit["provenance"]["command"]).wait_for()
    assert about.get_by_text("digits.onnx").is_visible()
    links = visit.page.locator("#about-links a").evaluate_all("links => links.map(link => link.href)")
    assert {visit.address + "openapi.json", visit.address + "#learn"} <= set(links)
    assert any("docs/how-to/serving.md" in link for link in links)
    assert axe_violations(visit.page) == []
