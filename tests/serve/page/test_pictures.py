"""Pictures on the page: dropped, pasted, chosen; read, shown with boxes, or refused in clear words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.print import handwritten_line, printed_line, stacked
from helpers.writing import blank, draw, write
from serve.page.visit import Visit

pytestmark = pytest.mark.browser

TEXT = ("3141", "2718")


def as_paper(canvas: np.ndarray) -> Image.Image:
    return Image.fromarray((250 - 220 * canvas).astype(np.uint8))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lines of digits, written with strokes."""
    canvas = blank(420, 520)
    for line, text in enumerate(TEXT):
        write(canvas, text, 60, 60 + 190 * line, 100)
    path = tmp_path_factory.mktemp("pictures") / "sheet.png"
    as_paper(canvas).save(path)
    return path


def expect_sheet(visit: Visit) -> None:
    visit.wait_for("#text", "\n".join(TEXT))
    assert visit.page.locator("#boxes .found").count() == 8
    assert visit.page.locator("#lines > li").count() == 2


def test_a_dropped_picture_is_read_with_boxes(visit: Visit, sheet: Path) -> None:
    visit.drop(b"", "sheet.png", "image/png", event="dragover")
    assert visit.page.locator("#dropping").is_visible()
    visit.drop(sheet.read_bytes(), "sheet.png", "image/png")
    expect_sheet(visit)
    assert not visit.page.locator("#dropping").is_visible()
    assert visit.page.locator("input[value=picture]").is_checked()
    ratio = visit.page.locator("#photo-canvas").evaluate("canvas => canvas.width / canvas.height")
    assert ratio == pytest.approx(520 / 420, rel=0.01)


def test_boxes_lie_on_the_ink(visit: Visit, sheet: Path) -> None:
    visit.give(sheet)
    expect_sheet(visit)
    photo = visit.page.locator("#photo-canvas").bounding_box()
    box = visit.page.locator("#boxes .frame").first.bounding_box()
    left, top = ((box[side] - photo[side]) / photo["width"] * 520 for side in ("x", "y"))
    assert left == pytest.approx(60, abs=15)
    assert top == pytest.approx(60, abs=15)


def test_pointing_at_a_digit_shows_its_box(visit: Visit, sheet: Path) -> None:
    visit.give(sheet)
    expect_sheet(visit)
    visit.page.locator("#lines button").nth(5).hover()
    pointed = "groups => groups.findIndex(group => group.classList.contains('pointed'))"
    assert visit.page.locator("#boxes .found").evaluate_all(pointed) == 5


def test_a_pasted_picture_is_read(visit: Visit, sheet: Path) -> None:
    visit.drop(sheet.read_bytes(), "sheet.png", "image/png", event="paste")
    expect_sheet(visit)


def test_the_text_is_copied(visit: Visit, sheet: Path) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.give(sheet)
    expect_sheet(visit)
    visit.page.locator("#copy").click()
    visit.wait_for("#toast-words", "Copied.")
    # What the clipboard holds can be pasted, by hand, anywhere.
    visit.page.evaluate("() => document.querySelector('main').append(document.createElement('textarea'))")
    field = visit.page.locator("main > textarea")
    field.focus()
    visit.page.keyboard.press("Control+v")
    assert field.input_value() == "\n".join(TEXT)


def test_a_picture_of_one_digit(visit: Visit, tmp_path: Path) -> None:
    canvas = blank(200, 200)
    write(canvas, "5", 70, 50, 100)
    as_paper(canvas).save(tmp_path / "five.png")
    visit.choose_mode("picture")
    visit.page.locator("#single").check()
    visit.give(tmp_path / "five.png")
    visit.wait_for("#digit", "5")
    visit.page.locator("#single").uncheck()
    visit.wait_for("#text", "5")


def test_print_is_left_out_where_only_handwriting_is_wanted(visit: Visit, tmp_path: Path) -> None:
    as_paper(stacked(printed_line("4071982"), handwritten_line("3650482"))).save(tmp_path / "form.png")
    visit.choose_mode("picture")
    visit.give(tmp_path / "form.png")
    visit.wait_for("#text", "4071982\n3650482")
    visit.page.locator("#handwritten").check()
    visit.wait_for("#text", "3650482")
    assert visit.page.locator("#boxes .found").count() == 7
    assert visit.text_of("#boxes .reason") == "4071982 (print)"
    visit.page.locator("#handwritten").uncheck()
    visit.wait_for("#text", "4071982\n3650482")


def test_nothing_readable_is_told(visit: Visit, tmp_path: Path) -> None:
    Image.new("L", (300, 200), 240).save(tmp_path / "empty.png")
    visit.give(tmp_path / "empty.png")
    words = "Nothing readable was found in this picture. Try it closer, sharper, with more light."
    visit.wait_for("#message", words)
    visit.wait_for("#said", words)
    assert not visit.page.locator("#text-answer").is_visible()
    assert not visit.page.locator("#waiting").is_visible()


def test_what_is_no_picture_is_told(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    visit.drop(b"not a picture", "letter.png", "image/png")
    visit.wait_for("#message", "This file is not a picture that can be read. Try PNG, JPEG, WebP or TIFF.")
    visit.context.close()
    # The browser notes each answer of the server that is no success.
    assert len(visit.complaints) == 1
    assert "422" in visit.complaints[0]


def test_a_picture_that_only_the_server_can_open(visit: Visit, sheet: Path, tmp_path: Path) -> None:
    Image.open(sheet).save(tmp_path / "sheet.tiff")
    visit.give(tmp_path / "sheet.tiff")
    expect_sheet(visit)
    assert visit.text_of("#photo-note").startswith("The browser can't show this kind of picture")


def test_a_large_picture_is_made_smaller_before_it_is_sent(visit: Visit, sheet: Path, tmp_path: Path) -> None:
    # 41 megapixels: more than the server takes.
    Image.open(sheet).resize((7120, 5760), Image.Resampling.NEAREST).save(tmp_path / "large.png", compress_level=1)
    visit.give(tmp_path / "large.png")
    expect_sheet(visit)
    assert visit.text_of("#photo-note") == "Large picture: scaled down to 4,000 × 3,236 before reading."


def test_waiting_can_be_stopped(visit: Visit, sheet: Path) -> None:
    visit.context.route("**/v1/read*", lambda _: None)  # an answer that never comes
    visit.give(sheet)
    visit.page.locator("#stop").click()
    visit.wait_for("#message", "Stopped.")
    assert not visit.page.locator("#waiting").is_visible()


def test_what_is_left_out_is_drawn_and_named_with_its_reason(visit: Visit, tmp_path: Path) -> None:
    canvas = blank(300, 420)
    write(canvas, "2758", 40, 40, 70)
    for left in (50, 150, 250):
        draw(canvas, [(left, 190), (left + 60, 250)], 7)
        draw(canvas, [(left + 60, 190), (left, 250)], 7)
    as_paper(canvas).save(tmp_path / "signs.png")
    visit.choose_mode("picture")
    visit.give(tmp_path / "signs.png")
    visit.wait_for("#text", "2758")
    title, *reasons = visit.text_of("#refused").splitlines()
    assert title.startswith("Left out of the text")
    assert [reason.strip() for reason in reasons] == ["no digit"]
    assert visit.page.locator("#boxes rect.refused").count() == 1
    assert visit.text_of("#boxes text.reason") == "no digit"
