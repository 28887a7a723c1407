"""Tables on the page: shown with cells that can be changed, and downloaded as CSV."""

from pathlib import Path

import pytest
from PIL import Image

from helpers.forms import table
from serve.page.visit import Visit

pytestmark = pytest.mark.browser

ROWS = [["12", "", "345"], ["", "7", "60"], ["8", "91", ""]]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of three rows and columns."""
    path = tmp_path_factory.mktemp("forms") / "form.png"
    Image.fromarray(table(ROWS).picture).save(path)
    return path


def test_cells_can_be_changed_and_downloaded(visit: Visit, form: Path) -> None:
    visit.give(form)
    visit.wait_for("#text", "12345\n760\n891")
    fields = visit.page.locator("#tables input")
    assert [field.input_value() for field in fields.all()] == [text for row in ROWS for text in row]
    assert fields.nth(4).get_attribute("aria-label") == "Row 2, column 2"
    fields.nth(4).fill("=1+1")
    with visit.page.expect_download() as download:
        visit.page.locator("#tables button").click()
    assert download.value.suggested_filename == "table-1.csv"
    assert Path(download.value.path()).read_text() == "12,,345\n,'=1+1,60\n8,91,\n"


def test_a_picture_without_a_table_shows_none(visit: Visit, form: Path, tmp_path: Path) -> None:
    visit.give(form)
    visit.wait_for("#text", "12345\n760\n891")
    Image.new("L", (90, 120), 240).save(tmp_path / "blank.png")
    visit.give(tmp_path / "blank.png")
    visit.page.locator("#message").wait_for()
    assert not visit.page.locator("#tables").is_visible()
