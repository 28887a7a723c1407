"""Drawing on the page: mouse, touch and pen, and the live answer."""

from typing import Any

import pytest

from serve.page.visit import Visit

pytestmark = pytest.mark.browser

# How many pixels of the pad have ink, counted on a copy: the browser minds reading its own too often.
INKED = """() => {
    const pad = document.getElementById("pad");
    const copy = new OffscreenCanvas(pad.width, pad.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(pad, 0, 0);
    const { data } = copy.getImageData(0, 0, pad.width, pad.height);
    return data.filter((value, at) => at % 4 === 3 && value > 128).length;
}"""

# From the end of a stroke to the first bar that changes.
STOPWATCH = """() => {
    window.times = [];
    let end = null;
    document.addEventListener("pointerup", () => { end = performance.now(); }, true);
    new MutationObserver(() => {
        if (end !== null) window.times.push(performance.now() - end);
        end = null;
    }).observe(document.getElementById("bars"), { subtree: true, childList: true });
}"""


def test_each_digit_drawn_with_the_mouse_is_read(visit: Visit) -> None:
    for digit in "0123456789":
        visit.write(digit)
        visit.wait_for("#digit", digit)
        assert "sure" in visit.text_of("#confidence")
        assert visit.text_of(".bar.best .name") == digit
        visit.page.locator("#clear").click()
        visit.wait_for("#digit", "")


def test_two_digits_on_the_pad_for_one_are_offered_as_a_number(visit: Visit) -> None:
    visit.draw(visit.place("42", height=0.45))
    visit.page.locator("#several").wait_for()
    assert visit.text_of("#message") == "These are several digits: 42."
    assert visit.text_of("#digit") == ""
    visit.page.locator("#several").click()
    visit.wait_for("#text", "42")
    assert visit.page.locator("input[name=mode][value=number]").is_checked()
    assert not visit.page.locator("#several").is_visible()


def test_what_the_network_saw_is_shown(visit: Visit) -> None:
    visit.write("8")
    visit.wait_for("#digit", "8")
    visit.page.locator("#seen-form").wait_for()
    assert visit.page.locator("#seen-form").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]


def test_bars_have_numbers_that_fit_their_length(visit: Visit) -> None:
    visit.write("4")
    visit.wait_for("#digit", "4")
    widths = visit.page.locator(".bar .fill").evaluate_all("fills => fills.map(fill => parseFloat(fill.style.width))")
    assert len(widths) == 10
    assert 90 < sum(widths) <= 100.1
    assert max(widths) == widths[4]
    shown = visit.page.locator(".bar .figure").all_text_contents()
    assert shown[4].endswith("%")
    assert shown.count("< 1 %") == sum(width < 0.5 for width in widths)


def test_it_answers_before_the_stroke_ends(visit: Visit) -> None:
    visit.draw(visit.place("7"), ends=False)
    visit.wait_for("#digit", "7")
    visit.page.mouse.up()


def test_undo_and_clear(visit: Visit) -> None:
    one_stroke_of_four, other = visit.place("4")
    visit.draw([one_stroke_of_four, other])
    visit.wait_for("#digit", "4")
    visit.page.locator("#undo").click()
    visit.page.wait_for_function("() => document.querySelector('#digit').textContent !== '4'")
    assert visit.page.locator("#clear").is_enabled()
    visit.page.keyboard.press("Control+z")
    visit.wait_for("#message", "Nothing written yet.")
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.page.locator("#clear").click()
    visit.wait_for("#message", "Nothing written yet.")
    assert visit.page.locator("#clear").is_disabled()
    assert visit.page.evaluate("document.activeElement.id") == "pad"


def test_a_dot_is_no_digit_and_is_told(visit: Visit) -> None:
    box = visit.page.locator("#pad").bounding_box()
    visit.page.mouse.click(box["x"] + 200, box["y"] + 200)
    visit.wait_for("#message", "I can't find a digit there. Write it larger, in one or two strokes.")
    assert visit.text_of("#digit") == ""


def test_a_full_server_is_asked_again(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    full = {"status": 503, "headers": {"Retry-After": "0"}, "json": {"code": "busy"}}
    visit.context.route("**/v1/read*", lambda route: route.fulfill(**full), times=1)
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.context.close()
    # The browser notes each answer of the server that is no success.
    assert [words for words in visit.complaints if "503" not in words] == []


def test_a_server_that_is_gone_is_told(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    visit.context.route("**/v1/read*", lambda route: route.abort())
    visit.write("7")
    visit.wait_for("#message", "The server does not answer. Is `inkdigits serve` still running?")
    visit.context.unroute_all()
    visit.page.locator("#clear").click()
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.context.close()


def test_a_number_is_read_as_text(visit: Visit) -> None:
    visit.choose_mode("number")
    visit.write("274")
    visit.wait_for("#text", "274")
    assert visit.page.locator("#lines button").count() == 3
    names = visit.page.locator("#lines .name").all_text_contents()
    assert names == ["2", "7", "4"]


def test_each_mode_keeps_its_drawing(visit: Visit) -> None:
    visit.write("3")
    visit.wait_for("#digit", "3")
    visit.choose_mode("number")
    visit.wait_for("#message", "Nothing written yet.")
    visit.choose_mode("digit")
    visit.wait_for("#digit", "3")


def test_the_pen_becomes_wider(visit: Visit) -> None:
    inked = []
    for width in ("1", "9"):
        visit.page.locator("#width").fill(width)
        visit.write("1")
        visit.wait_for("#digit", "1")
        inked.append(visit.page.evaluate(INKED))
        visit.page.locator("#clear").click()
    assert inked[1] > 3 * inked[0]


def test_fingers_draw_and_do_not_scroll(browser: Any, address: str) -> None:
    visit = Visit(browser, address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    strokes = visit.place("3")
    session = visit.context.new_cdp_session(visit.page)
    for stroke in strokes:
        for kind, points in [("touchStart", stroke[:1]), *(("touchMove", [point]) for point in stroke[1:])]:
            touch = {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
            session.send("Input.dispatchTouchEvent", touch)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    visit.wait_for("#digit", "3")
    assert visit.page.evaluate("scrollY") == 0
    assert visit.page.evaluate("getComputedStyle(document.getElementById('pad')).touchAction") == "none"
    visit.context.close()
    assert visit.complaints == []


def test_a_pen_that_is_pressed_draws_wider(visit: Visit) -> None:
    inked = []
    for pressure in (0.1, 0.9):
        visit.page.evaluate(
            """pressure => {
                const pad = document.getElementById("pad");
                const { left, top, width } = pad.getBoundingClientRect();
                pad.setPointerCapture = () => {};
                const pen = { bubbles: true, pointerId: 7, isPrimary: true, pointerType: "pen", pressure };
                const send = (name, share) => pad.dispatchEvent(
                    new PointerEvent(name, { ...pen, clientX: left + width / 2, clientY: top + share * width }));
                send("pointerdown", 0.2);
                for (let share = 0.2; share < 0.8; share += 0.05) send("pointermove", share);
                send("pointerup", 0.8);
            }""",
            pressure,
        )
        visit.wait_for("#digit", "1")
        inked.append(visit.page.evaluate(INKED))
        visit.page.locator("#clear").click()
    assert inked[1] > 2 * inked[0]


def test_bars_follow_each_stroke(visit: Visit, record_property: Any) -> None:
    """How long they take is recorded (`--junit-xml`) and not judged: it says more about the machine."""
    visit.page.evaluate(STOPWATCH)
    for count in range(5):
        visit.write("7")
        visit.page.wait_for_function("count => window.times.length > count", arg=count)
    times = visit.page.evaluate("() => window.times")
    record_property("stroke_to_bars_ms", times)
    assert min(times) > 0
