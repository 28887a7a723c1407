"""Correcting on the page: from every place where a digit is shown, kept over a reload, undone, taken away."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from serve.page.visit import Visit

pytestmark = pytest.mark.browser


def write_seven(visit: Visit) -> None:
    visit.write("7")
    visit.wait_for("#digit", "7")
    visit.page.locator("#digit:enabled").wait_for()


def kept(visit: Visit) -> list[tuple[str | None, str | None]]:
    """Return what the server holds as (read, label), newest first."""
    return [(each["read"], each["label"]) for each in visit.client.get("/v1/corrections").json["corrections"]]


def test_the_answer_asks_what_it_really_is(visit: Visit) -> None:
    write_seven(visit)
    visit.page.locator("#digit").click()
    dialog = visit.page.locator("#correct")
    dialog.wait_for()
    assert visit.text_of("#correct-read").startswith("Read as 7")
    assert visit.page.evaluate("() => document.activeElement.textContent") == "7"
    dialog.get_by_role("button", name="It is 1").click()
    visit.wait_for("#corrections-count", "1")
    assert kept(visit) == [("7", "1")]
    visit.wait_for("#digit", "1")
    visit.wait_for("#said", "Kept: this is 1.")


def test_a_bar_corrects_at_once_and_the_last_word_counts(visit: Visit) -> None:
    write_seven(visit)
    bars = visit.page.locator(".bar")
    bars.nth(1).click()
    visit.wait_for("#digit", "1")
    visit.wait_for("#corrections-count", "1")
    assert not visit.page.locator("#correct").is_visible()
    bars.nth(2).click()
    visit.wait_for("#digit", "2")
    visit.wait_for("#said", "Kept: this is 2.")
    assert kept(visit) == [("7", "2")]


@pytest.mark.parametrize("place", ["#digit", ".bar >> nth=7"])
def test_a_confirmed_answer_is_no_correction(visit: Visit, place: str) -> None:
    write_seven(visit)
    visit.page.locator(place).click()
    if place == "#digit":
        visit.page.keyboard.press("7")
    visit.wait_for("#said", "That is how it was read: nothing to correct.")
    assert kept(visit) == []
    # It takes back what was said before.
    visit.page.locator(".bar").nth(1).click()
    visit.wait_for("#corrections-count", "1")
    visit.page.locator(".bar").nth(7).click()
    visit.page.locator("#corrections-none").wait_for()
    visit.wait_for("#digit", "7")
    assert kept(visit) == []


def test_a_digit_of_a_number_can_be_corrected_and_undone(visit: Visit) -> None:
    visit.choose_mode("number")
    visit.write("274")
    visit.wait_for("#text", "274")
    tile = visit.page.locator("#lines button").nth(1)
    tile.click()
    visit.page.locator("#correct-none").click()
    undo = visit.page.locator("#toast-undo")
    undo.wait_for()
    visit.wait_for("#corrections-count", "1")
    assert kept(visit) == [("7", None)]
    assert tile.get_attribute("aria-label") == "Read as 7, corrected: it is not a digit"
    assert visit.text_of("#corrections li span") == "read 7, is not a digit"
    visit.wait_for("#text", "24")
    assert visit.page.evaluate("() => document.activeElement.ariaLabel") == tile.get_attribute("aria-label")
    undo.dispatch_event("click")  # on a busy machine the note may have left meanwhile
    visit.page.locator("#corrections-none").wait_for()
    assert kept(visit) == []
    visit.wait_for("#lines button:nth-of-type(2) .name", "7")
    visit.wait_for("#text", "274")


def test_a_box_on_a_photo_can_be_corrected(visit: Visit, tmp_path: Path) -> None:
    from PIL import Image

    from helpers.writing import blank, write

    canvas = blank(200, 400)
    write(canvas, "358", 60, 50, 100)
    Image.fromarray((250 - 220 * canvas).astype("uint8")).save(tmp_path / "photo.png")
    visit.give(tmp_path / "photo.png")
    visit.wait_for("#text", "358")
    visit.page.locator("#boxes .found").nth(2).locator(".frame").click()
    visit.page.keyboard.press("3")
    visit.wait_for("#corrections-count", "1")
    assert kept(visit) == [("8", "3")]
    visit.wait_for("#boxes g:nth-of-type(3) text", "3")


def test_corrections_are_there_after_a_reload_and_can_be_undone(visit: Visit) -> None:
    for label in ("1", "2"):
        write_seven(visit)
        visit.page.locator("#digit").click()
        visit.page.keyboard.press(label)
        visit.wait_for("#corrections-count", label)
        visit.page.locator("#clear").click()
        visit.wait_for("#digit", "")
    visit.open()
    rows = visit.page.locator("#corrections li")
    assert rows.locator("span").all_text_contents() == ["read 7, is 2", "read 7, is 1"]
    assert rows.locator("img").evaluate_all("all => all.every(image => image.naturalWidth === 28)")
    rows.first.get_by_role("button", name="Undo the correction: read 7, is 2").click()
    visit.wait_for("#corrections-count", "1")
    assert kept(visit) == [("7", "1")]
    assert visit.page.evaluate("() => document.activeElement.closest('#corrections') !== null")


@pytest.mark.parametrize(
    "leave",
    [
        lambda page: page.keyboard.press("Escape"),
        lambda page: page.locator("#correct-cancel").click(),
        lambda page: page.mouse.click(5, 5),
    ],
    ids=["escape", "cancel", "beside"],
)
def test_leaving_the_dialog_keeps_nothing(visit: Visit, leave: Callable[[Any], None]) -> None:
    write_seven(visit)
    visit.page.locator("#digit").click()
    visit.page.locator("#correct").wait_for()
    leave(visit.page)
    visit.page.locator("#correct").wait_for(state="hidden")
    assert kept(visit) == []
    visit.page.locator("#digit").click()
    visit.page.keyboard.press("n")
    visit.wait_for("#corrections-count", "1")
    assert kept(visit) == [("7", None)]


def test_they_are_exported_as_a_data_set(visit: Visit) -> None:
    write_seven(visit)
    visit.page.locator("#digit").click()
    visit.page.keyboard.press("1")
    visit.wait_for("#corrections-count", "1")
    with visit.page.expect_download() as download:
        visit.page.locator("#export").click()
    content = Path(download.value.path()).read_bytes()
    pictures = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.endswith(".png")]
    assert len(pictures) == 1
    assert pictures[0].startswith("1/")


def test_a_server_that_only_reads_offers_neither_corrections_nor_teaching(browser: Any, read_only_address: str) -> None:
    visit = Visit(browser, read_only_address, corrects=False)
    write_seven(visit)
    assert not visit.page.locator("#lessons").is_visible()
    assert not visit.page.locator("#bars-hint").is_visible()
    visit.page.locator("#digit").focus()
    visit.page.keyboard.press("Enter")
    assert not visit.page.locator("#correct").is_visible()
    visit.context.close()
    assert visit.complaints == []
