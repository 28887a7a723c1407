"""Inside the network: what the page shows of every layer, by pointer, finger and keyboard, in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from onnx import helper

from helpers.axe import axe_violations
from helpers.networks import digit_model, metadata_of, save
from inkdigits.read.onnx_model import OUTPUT
from serve.page.conftest import run_server
from serve.page.visit import Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

LOADED = "#inside[aria-busy=false] #inside-layers > li"

# The colours of a canvas as one number that changes with them, read from a copy: the browser minds reading the canvas.
PAINTED = """number => {
    const canvas = document.querySelectorAll("#inside-layers canvas")[number];
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, at) => (sum * 31 + value * (at % 7 + 1)) % 1000003, 0);
}"""


def layer(visit: Visit, number: int) -> Any:
    return visit.page.locator("#inside-layers canvas").nth(number)


def settled(visit: Visit) -> None:
    visit.page.locator(LOADED).first.wait_for(state="attached")


def test_every_layer_is_shown_while_one_draws(visit: Visit) -> None:
    visit.page.locator("#inside").scroll_into_view_if_needed()
    settled(visit)
    about = visit.client.get("/v1/layers").json
    assert visit.page.locator("#inside-layers > li").count() == len(about["layers"]) + 1
    shown = visit.page.locator("#inside-layers").inner_text()
    for each in about["layers"]:
        assert f"{each['parameters']:,} parameters" in shown or not each["parameters"]
    assert f"{about['parameters']:,} parameters" in visit.text_of("#inside-parameters")
    empty = [visit.page.evaluate(PAINTED, number) for number in range(len(about["layers"]))]
    strokes = visit.place("7")
    visit.draw(strokes, ends=False)
    visit.page.locator("#inside-hint").wait_for(state="hidden")
    settled(visit)
    drawn = [visit.page.evaluate(PAINTED, number) for number in range(len(about["layers"]))]
    assert all(before != after for before, after in zip(empty, drawn, strict=True))
    visit.page.mouse.up()
    visit.page.locator("#answer[aria-busy=false]").wait_for()
    settled(visit)
    assert visit.text_of(".logit.best b") == "7"
    assert visit.page.locator("#inside-filter-pictures canvas").count() == 1


def test_pointing_at_a_square_shows_window_weights_and_sum(visit: Visit) -> None:
    visit.write("7")
    settled(visit)
    layer(visit, 1).scroll_into_view_if_needed()
    layer(visit, 1).hover(position={"x": 30, "y": 20})
    panel = visit.page.locator("#inside-panel")
    panel.locator("figure").nth(2).wait_for()
    assert panel.locator("figcaption").all_inner_texts() == ["Input", "Weights", "Input × weight"]
    told = panel.locator(".sum").inner_text()
    assert told.startswith("Σ input × weight")
    numbers = [float(part) for part in told.replace("+ bias", "").replace("=", "").split()[4:]]
    assert numbers[0] + numbers[1] == pytest.approx(numbers[2], abs=0.002)
    assert visit.page.locator("#inside-layers > li").nth(0).locator(".marks rect").count() == 1
    assert visit.page.locator("#inside-layers > li").nth(1).locator(".marks rect").count() == 1
    pooled = layer(visit, 2)
    pooled.hover(position={"x": 8, "y": 8})
    visit.page.locator("#inside-panel .sum").get_by_text("The largest value").wait_for()


def test_pointing_at_an_answer_shows_what_spoke_for_it(visit: Visit) -> None:
    visit.write("7")
    settled(visit)
    visit.page.locator(".logit").nth(1).hover()
    visit.page.get_by_role("heading", name="What spoke for 1").wait_for()
    picture = visit.page.locator("#inside-panel canvas").first
    first = picture.evaluate("canvas => canvas.toDataURL()")
    visit.page.locator(".logit").nth(7).click()
    visit.page.get_by_role("heading", name="What spoke for 7").wait_for()
    assert picture.evaluate("canvas => canvas.toDataURL()") != first
    assert "report" in visit.text_of("#inside-panel .evidence .note")


def test_with_the_keyboard_alone(visit: Visit) -> None:
    visit.write("4")
    settled(visit)
    visit.page.locator("#inside summary").focus()
    keys = visit.page.keyboard
    keys.press("Tab")
    title = visit.page.locator("#inside-panel h3").last
    title.get_by_text("Convolution 5 × 5: map 1, row 1, column 1").wait_for()
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    keys.press("Shift+ArrowRight")
    title.get_by_text("Convolution 5 × 5: map 2, row 2, column 2").wait_for()
    keys.press("End")
    title.get_by_text("Convolution 5 × 5: map 48, row 2, column 2").wait_for()
    for _ in range(8):
        keys.press("Tab")
    visit.page.get_by_role("heading", name="What spoke for 0").wait_for()
    assert visit.page.locator("#inside-panel").get_attribute("aria-live") == "polite"


def test_the_digit_of_a_number_that_one_points_at(visit: Visit) -> None:
    visit.choose_mode("number")
    visit.write("47")
    settled(visit)
    visit.page.wait_for_function("() => document.querySelector('.logit.best b')?.textContent === '4'")
    visit.page.locator("#lines button").nth(1).hover()
    visit.page.wait_for_function("() => document.querySelector('.logit.best b')?.textContent === '7'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_in_korean(browser: Any, address: str, scheme: str) -> None:
    visit = Visit(browser, address, locale="ko-KR", color_scheme=scheme, **PHONE)
    visit.write("7")
    assert not visit.page.locator("#inside-layers").is_visible(), "on a phone it is opened on demand"
    visit.page.locator("#inside summary").tap()
    settled(visit)
    layer(visit, 1).tap(position={"x": 20, "y": 20})
    visit.page.locator("#inside-panel h3").get_by_text("합성곱 5 × 5").wait_for()
    assert visit.fits()
    assert "undefined" not in visit.page.locator("#inside").inner_text()
    assert axe_violations(visit.page) == []
    visit.open()
    assert visit.page.locator("#inside-layers").is_visible(), "it stays as it was left"
    visit.context.close()
    assert visit.complaints == []


def test_axe_finds_no_violation_with_an_answer_looked_into(visit: Visit) -> None:
    visit.write("7")
    settled(visit)
    visit.page.locator(".logit").nth(3).hover()
    visit.page.locator("#inside-panel .evidence").wait_for()
    assert axe_violations(visit.page) == []


@pytest.fixture
def templates_address(tmp_path: Path) -> Iterator[str]:
    """The address of a server with softmax regression."""
    path = save(digit_model(), tmp_path / "own.onnx", metadata_of())
    yield from run_server(tmp_path, "--model", str(path))


@pytest.fixture
def opaque_address(tmp_path: Path) -> Iterator[str]:
    """The address of a server with a network that has an unknown layer."""
    model = digit_model()
    model.graph.node[-1].output[0] = "product"
    model.graph.node.append(helper.make_node("Softplus", ["product"], [OUTPUT]))
    path = save(model, tmp_path / "own.onnx", metadata_of())
    yield from run_server(tmp_path, "--model", str(path))


def test_templates_of_softmax_regression(browser: Any, templates_address: str) -> None:
    visit = Visit(browser, templates_address)
    visit.page.locator("#inside").scroll_into_view_if_needed()
    settled(visit)
    assert visit.page.locator("#inside-filter-pictures figcaption").all_inner_texts() == list("0123456789")
    visit.context.close()
    assert visit.complaints == []


def test_a_network_that_cannot_be_looked_into_reads_all_the_same(browser: Any, opaque_address: str) -> None:
    visit = Visit(browser, opaque_address)
    visit.write("7")
    visit.page.locator("#inside-message").get_by_text("the page can't show its inside").wait_for()
    assert visit.page.locator("#bars .best").count() == 1
    visit.context.close()
