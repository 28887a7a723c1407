"""`inkdigits read --show`: what was read, drawn."""

import numpy as np
import PIL.Image

from helpers.sheets import save_sheet
from helpers.writing import picture_of, sheet_of


def test_one_picture_becomes_one_drawing(inkdigits, sheet, tmp_path):
    out = tmp_path / "seen.png"
    done = inkdigits("read", sheet, "--show", out)
    assert (done.status, done.stdout) == (0, "3145\n80\n")
    with PIL.Image.open(out) as shown, PIL.Image.open(sheet) as given:
        assert shown.format == "PNG"
        assert shown.width >= given.width
        assert shown.height > given.height  # what the network saw stands below
        assert (np.asarray(shown) == (0, 114, 178)).all(axis=2).any()


def test_several_need_a_folder_that_is_made(inkdigits, folder, tmp_path):
    out = tmp_path / "new" / "seen"
    assert inkdigits("read", folder, "--show", out).status == 0
    assert sorted(path.name for path in out.iterdir()) == [
        f"page-{name}.png" for name in ("1.png", "10.png", "2.png", "3.JPG")
    ]
    assert inkdigits("read", folder, "--show", tmp_path / "one.png").status == 2
    assert not (tmp_path / "one.png").exists()


def test_pictures_of_one_name_have_a_drawing_each(inkdigits, tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        save_sheet(tmp_path / name / "scan.png", "27")
    out = tmp_path / "seen"
    assert inkdigits("read", *(tmp_path / name for name in "abc"), "--show", out).status == 0
    assert sorted(path.name for path in out.iterdir()) == ["scan.png-2.png", "scan.png-3.png", "scan.png.png"]


def test_every_page_is_drawn(inkdigits, tmp_path):
    pages = [PIL.Image.fromarray(picture_of(sheet_of([text], 48, gap=0.5)[0])) for text in ("27", "6358", "1")]
    pages[0].save(tmp_path / "three.tiff", save_all=True, append_images=pages[1:])
    out = tmp_path / "out"
    assert inkdigits("read", tmp_path / "three.tiff", "--show", out).stdout == "27\n6358\n1\n"
    names = [f"three.tiff{end}.png" for end in ("", "-page-2", "-page-3")]
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    widths = []
    for name in names:
        with PIL.Image.open(out / name) as drawn:
            pixels = np.asarray(drawn)
            is_box = [(pixels == colour).all(axis=2) for colour in ((0, 114, 178), (213, 94, 0))]  # sure and unsure
            marked = np.flatnonzero(np.logical_or(*is_box).any(axis=0))
            widths.append(np.ptp(marked) / drawn.width)
    assert widths[1] > widths[0] > widths[2]  # each with the boxes of its own digits


def test_a_folder_may_be_called_anything(inkdigits, sheet, tmp_path):
    out = tmp_path / "seen.today"
    out.mkdir()
    assert inkdigits("read", sheet, sheet, "--show", out).status == 0
    assert len(list(out.iterdir())) == 2


def test_the_picture_itself_is_never_overwritten(inkdigits, sheet, tmp_path):
    before = sheet.read_bytes()
    assert inkdigits("read", sheet, "--show", sheet).status == 2
    link = tmp_path / "link.png"
    link.symlink_to(sheet)
    assert inkdigits("read", sheet, "--show", link).status == 2
    assert sheet.read_bytes() == before


def test_uses_that_can_not_be(inkdigits, sheet, standard_input, tmp_path):
    assert inkdigits("read", sheet, "--show", tmp_path / "seen.jpg").status == 2
    standard_input(sheet.read_bytes())
    done = inkdigits("read", "-", "--show", tmp_path / "seen.png")
    assert done.status == 1
    assert "standard input with --show" in done.stderr
    (tmp_path / "file").write_bytes(b"")
    for out in ("file", "file/seen", "file/seen.png"):
        done = inkdigits("read", sheet, "--show", tmp_path / out)
        assert done.status == 1
        assert done.stderr.startswith(f"error: {tmp_path / 'file'}")
