"""The text of lines, cells and of what was left out, changed on the page: shown, copied, kept, undone, never lost."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.axe import axe_violations
from helpers.forms import table
from helpers.servers import Client, server_process
from helpers.writing import blank, write
from serve.page.visit import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of two lines."""
    canvas = blank(240, 400)
    write(canvas, "274", 60, 30, 60)
    write(canvas, "358", 60, 150, 60)
    path = tmp_path_factory.mktemp("lines") / "lines.png"
    Image.fromarray((250 - 220 * canvas).astype(np.uint8)).save(path)
    return path


def kept(client: Client) -> list[dict[str, Any]]:
    return list(client.get("/v1/corrections/lines").json["lines"])


def texts(visit: Visit) -> list[tuple[str | None, str]]:
    """Return the corrected lines that the server holds as (read, text), newest first."""
    return [(line["read"], line["text"]) for line in kept(visit.client)]


def change(visit: Visit, field: Any, text: str) -> None:
    field.fill(text)
    field.press("Enter")


@pytest.mark.parametrize(
    ("locale", "label", "row", "undo"),
    [
        ("en-US", "Text of line 2", "read 358, is 3 58,5", "Undo the correction: read 358, is 3 58,5"),
        ("ko-KR", "2번째 줄의 내용", "358 → 3 58,5", "바로잡기 취소: 358 → 3 58,5"),
    ],
)
def test_the_text_of_a_line_is_changed_copied_listed_and_undone_by_keyboard(
    browser: Any, visit: Visit, lines: Path, locale: str, label: str, row: str, undo: str
) -> None:
    shown = Visit(browser, visit.address, locale=locale, permissions=["clipboard-read", "clipboard-write"])
    shown.give(lines)
    shown.wait_for("#text", "274\n358")
    field = shown.page.get_by_label(label)
    field.focus()
    shown.page.keyboard.press("End")
    for key in ("ArrowLeft", "ArrowLeft", "Space", "End", ",", "5", "Enter"):
        shown.page.keyboard.press(key)
    shown.wait_for("#text", "274\n3 58,5")
    shown.wait_for("#corrections-count", "1")
    assert texts(shown) == [("358", "3 58,5")]
    assert shown.page.evaluate("() => document.activeElement.value") == "3 58,5"
    assert shown.text_of("#corrections li span") == row
    assert axe_violations(shown.page) == []
    shown.page.locator("#copy").press("Enter")
    shown.wait_for("#toast-words", "Copied." if locale == "en-US" else "복사했습니다.")
    # The page may not look at the clipboard, but what it holds can be pasted.
    shown.page.evaluate("() => document.body.append(document.createElement('textarea'))")
    shown.page.locator("body > textarea").press("Control+v")
    assert shown.page.locator("body > textarea").input_value() == "274\n3 58,5"
    shown.page.get_by_role("button", name=undo).press("Enter")
    shown.page.locator("#corrections-none").wait_for()
    shown.wait_for("#text", "274\n358")
    assert field.input_value() == "358"
    assert texts(shown) == []
    shown.context.close()
    assert shown.complaints == []


def test_what_is_kept_is_the_line_as_it_was_pictured(visit: Visit, lines: Path) -> None:
    visit.give(lines)
    visit.wait_for("#text", "274\n358")
    change(visit, visit.page.locator("#lines input").nth(1), "359")
    visit.wait_for("#corrections-count", "1")
    [line] = kept(visit.client)
    shown = visit.page.locator("#corrections img")
    assert shown.get_attribute("src") == line["form"]
    assert shown.evaluate("image => image.naturalWidth > image.naturalHeight")


def test_the_last_word_counts_and_what_was_read_is_no_correction(visit: Visit, lines: Path) -> None:
    visit.give(lines)
    visit.wait_for("#text", "274\n358")
    field = visit.page.locator("#lines input").first
    for text in ("275", "276"):
        change(visit, field, text)
        visit.wait_for("#said", f"Kept: this is {text}.")
    assert texts(visit) == [("274", "276")]
    change(visit, field, " 274 ")
    visit.wait_for("#said", "That is how it was read: nothing to correct.")
    assert texts(visit) == []
    visit.wait_for("#text", "274\n358")
    field.fill("999")
    field.press("Escape")
    assert field.input_value() == "274"
    change(visit, field, "")
    visit.wait_for("#said", "Kept: there is nothing to read.")
    visit.wait_for("#text", "358")
    assert texts(visit) == [("274", "")]
    assert visit.text_of("#corrections li span") == "read 274, nothing to read there"


def test_cells_are_kept_and_text_and_csv_have_what_is_shown(visit: Visit, tmp_path: Path) -> None:
    Image.fromarray(table([["12", "", "345"], ["", "", ""], ["8", "91", ""]]).picture).save(tmp_path / "form.png")
    visit.give(tmp_path / "form.png")
    visit.wait_for("#text", "12345\n891")
    fields = visit.page.locator("#tables input")
    change(visit, fields.nth(2), "346")
    visit.wait_for("#text", "12346\n891")
    change(visit, fields.nth(4), "5")
    visit.wait_for("#text", "12346\n5\n891")
    visit.wait_for("#corrections-count", "2")
    assert texts(visit) == [(None, "5"), ("345", "346")]
    # A digit that is corrected is so in its cell, too.
    visit.page.locator("#lines button").nth(5).click()
    visit.page.keyboard.press("4")
    visit.wait_for("#corrections-count", "3")
    visit.wait_for("#text", "12346\n5\n491")
    # What can't be taught stays on the page.
    change(visit, fields.nth(7), "n/a")
    visit.wait_for("#text", "12346\n5\n4n/a")
    with visit.page.expect_download() as download:
        visit.page.locator("#tables button").click()
    assert Path(download.value.path()).read_text() == "12,,346\n,5,\n4,n/a,\n"
    assert len(texts(visit)) == 2


def test_what_was_left_out_can_be_said(visit: Visit, tmp_path: Path) -> None:
    canvas = blank(320, 400)
    write(canvas, "358", 60, 30, 60)
    write(canvas, "27", 60, 220, 60)
    paper = (250 - 220 * canvas).astype(np.uint8)
    paper[110:190, 60:62] = paper[110:190, 60:200:20] = 40  # strokes that are no digits
    for left in range(60, 220, 14):
        paper[120:122, left : left + 9] = paper[150:152, left : left + 9] = 40
    Image.fromarray(paper).save(tmp_path / "odd.png")
    visit.give(tmp_path / "odd.png")
    visit.page.locator("#refused-lines input").first.wait_for()
    before = visit.text_of("#text").splitlines()
    change(visit, visit.page.locator("#refused-lines input").first, "41")
    visit.wait_for("#corrections-count", "1")
    assert texts(visit) == [(None, "41")]
    assert visit.text_of("#text").splitlines() == [before[0], "41", *before[1:]]


@pytest.mark.slow
def test_a_killed_server_loses_no_line(browser: Any, tmp_path: Path, lines: Path) -> None:
    with server_process(tmp_path) as (process, client):
        visit = Visit(browser, client.address + "/")
        visit.give(lines)
        visit.wait_for("#text", "274\n358")
        change(visit, visit.page.locator("#lines input").first, "279")
        visit.wait_for("#corrections-count", "1")
        process.kill()
        process.wait()
        # What is typed while there is no server stays on the page.
        change(visit, visit.page.locator("#lines input").nth(1), "359")
        visit.wait_for("#said", "The server does not answer. Is `inkdigits serve` still running?")
        visit.wait_for("#text", "279\n359")
        visit.context.close()
    with server_process(tmp_path) as (_, client):
        visit = Visit(browser, client.address + "/")
        assert texts(visit) == [("274", "279")]
        assert visit.text_of("#corrections li span") == "read 274, is 279"
        visit.context.close()


def test_where_nothing_is_kept_the_text_can_be_changed_all_the_same(
    browser: Any, read_only_address: str, lines: Path
) -> None:
    visit = Visit(browser, read_only_address, corrects=False)
    visit.give(lines)
    visit.wait_for("#text", "274\n358")
    change(visit, visit.page.locator("#lines input").first, "270")
    visit.wait_for("#text", "270\n358")
    assert visit.text_of("#tiles-hint") == "Wrong? Change the text: copy gives what stands here."
    visit.context.close()
    assert [url for url in visit.requests if "v1/corrections" in url] == []
    assert visit.complaints == []
