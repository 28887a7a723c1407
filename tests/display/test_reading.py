import subprocess
import sys

import PIL.Image
import pytest

from helpers.writing import picture_of, sheet_of
from inkdigits import Reader


@pytest.fixture(scope="module")
def sheet():
    return picture_of(sheet_of(["27", "6358"], 48, gap=0.5)[0])


def test_boxes_are_shown_on_the_picture(sheet, tmp_path):
    reading = Reader().read(sheet)
    with PIL.Image.open(reading.show(tmp_path / "seen.png")) as shown:
        assert (0, 114, 178) in {colour for _, colour in shown.getcolors(1_000_000)}
    assert "2 lines read" in reading._repr_html_()
    assert reading.frame()["text"].tolist() == ["27", "6358"]
    assert repr(reading) == "<Reading '27\\n6358': 2 lines, 0 refused>"


def test_each_page_is_shown_with_its_own_boxes(sheet, tmp_path):
    page = PIL.Image.fromarray(sheet)
    page.save(tmp_path / "two.tiff", save_all=True, append_images=[page])
    reading = Reader().read(tmp_path / "two.tiff")
    assert [one.text for one in reading.pages] == ["27\n6358"] * 2
    one, both = (
        each.show(tmp_path / f"{name}.png") for name, each in (("one", Reader().read(sheet)), ("both", reading))
    )
    with PIL.Image.open(one) as first, PIL.Image.open(both) as all_pages:
        assert all_pages.height == 2 * first.height


def test_an_open_file_is_read_but_not_kept(sheet, tmp_path):
    PIL.Image.fromarray(sheet).save(tmp_path / "sheet.png")
    with (tmp_path / "sheet.png").open("rb") as file:
        reading = Reader().read(file)
    assert reading.source is None
    assert "6358" in reading._repr_html_()


def test_nothing_heavy_is_imported_to_show_a_reading(sheet, tmp_path):
    PIL.Image.fromarray(sheet).save(tmp_path / "sheet.png")
    code = (
        "import sys, inkdigits\n"
        "inkdigits.Reader().read(sys.argv[1])._repr_html_()\n"
        "assert not {'torch', 'matplotlib', 'pandas'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "sheet.png")], check=True)
