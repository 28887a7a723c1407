"""Everything that may hold pictures -> where each of them is."""

import base64
import io
import os
import tarfile
import zipfile

import pytest

from inkdigits.core.errors import DataError, PictureError
from inkdigits.read.bulk.sources.contents import PictureContents, StreamedContents
from inkdigits.read.bulk.sources.find_pictures import find_pictures
from inkdigits.read.bulk.sources.reference import PictureReference, reference_from_json

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def found(*paths, column=None):
    return list(find_pictures(map(str, paths), column))


def sources(*paths, within="", column=None):
    return [one.source.removeprefix(f"{within}/") for one in found(*paths, column=column)]


def contents(*paths, column=None):
    """Return what is in every picture, through a line of JSON as in a job."""
    here, anywhere = StreamedContents(column), PictureContents()
    taken = []
    for reference in found(*paths, column=column):
        again = reference_from_json(reference.to_json())
        content = here.get(again)
        content = anywhere.get(again) if content is None else content
        taken.append(content if isinstance(content, bytes) else content.read_bytes())
    return taken


@pytest.fixture
def tree(tmp_path):
    """A folder with folders, names that count, hidden files, and what is no picture."""
    tree = tmp_path / "tree"
    for name in (
        "p-10.png",
        "p-2.PNG",
        "b/1.jpg",
        "a/2/3.tif",
        ".hidden.png",
        ".git/4.png",
        "notes.md",
        "c/__MACOSX/5.png",
    ):
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tree


class TestFilesAndFolders:
    def test_a_folder_with_all_below_in_the_order_that_people_count(self, tree):
        assert sources(tree, within=tree) == ["p-2.PNG", "p-10.png", "a/2/3.tif", "b/1.jpg"]

    def test_links_to_folders_are_not_followed(self, tree):
        (tree / "a" / "up").symlink_to(tree)
        assert len(found(tree)) == 4

    def test_a_pattern(self, tree):
        assert sources(tree / "*.*", within=tree) == ["p-2.PNG", "p-10.png"]
        assert sources(tree / "**" / "*", within=tree) == ["a/2/3.tif", "b/1.jpg", "p-2.PNG", "p-10.png"]

    def test_a_file_whose_name_looks_like_a_pattern(self, tmp_path):
        (tmp_path / "scan[1].png").write_bytes(b"1")
        assert sources(tmp_path / "scan[1].png", within=tmp_path) == ["scan[1].png"]

    def test_a_name_that_is_no_text(self, tmp_path):
        name = os.fsencode(tmp_path) + b"/\xff.png"
        with open(name, "wb") as file:  # noqa: PTH123
            file.write(b"odd")
        assert contents(tmp_path) == [b"odd"]

    @pytest.mark.parametrize("name", ["empty", "empty/*.png"])
    def test_nothing_there_is_an_error(self, tmp_path, name):
        (tmp_path / "empty").mkdir()
        with pytest.raises(PictureError, match="holds no pictures; expected at least one"):
            found(tmp_path / name)

    def test_a_list_of_files(self, tree, tmp_path, monkeypatch):
        (tmp_path / "here.png").write_bytes(b"here")
        monkeypatch.chdir(tmp_path)
        (tree / "list.txt").write_text(f"p-2.PNG\n# a remark\n\n{tree / 'b/1.jpg'}\nhere.png\n")
        assert contents(tree / "list.txt") == [b"p-2.PNG", b"b/1.jpg", b"here"]


class TestAddresses:
    @pytest.fixture
    def memory(self):
        fsspec = pytest.importorskip("fsspec")
        filesystem = fsspec.filesystem("memory")
        for name in ("/scans/10.png", "/scans/9.png", "/scans/more/1.png", "/scans/notes.md"):
            filesystem.pipe_file(name, name.encode())
        yield filesystem
        filesystem.rm("/scans", recursive=True)

    def test_a_folder_in_memory(self, memory):
        addresses = ["memory:///scans/9.png", "memory:///scans/10.png", "memory:///scans/more/1.png"]
        assert sources("memory://scans") == addresses
        assert contents("memory://scans") == [b"/scans/9.png", b"/scans/10.png", b"/scans/more/1.png"]

    def test_patterns_and_archives_in_memory(self, memory, tmp_path):
        with memory.open("/scans/a.zip", "wb") as file, zipfile.ZipFile(file, "w") as archive:
            archive.writestr("in.png", b"zipped")
        assert contents("memory://scans/*.png") == [b"/scans/9.png", b"/scans/10.png"]
        assert contents("memory://scans/a.zip") == [b"zipped"]

    def test_files_by_address(self, tree):
        assert contents(f"file://{tree}") == [b"p-2.PNG", b"p-10.png", b"a/2/3.tif", b"b/1.jpg"]

    def test_an_unknown_kind_of_address(self):
        pytest.importorskip("fsspec")
        with pytest.raises(PictureError, match=r"nowhere://x\.png can't be opened"):
            PictureContents().get(PictureReference("nowhere://x.png", "nowhere://x.png"))


class TestArchives:
    def make_zip(self, path, **members):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name.replace("__", "/"), content)
        return path

    def make_tar(self, path, mode, *members):
        with tarfile.open(path, mode) as archive:
            for name, content in members:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path

    def test_pictures_of_a_zip(self, tmp_path):
        path = self.make_zip(tmp_path / "a.zip", **{"2.png": b"two", "b__1.jpg": b"one", "notes.md": b"-"})
        assert sources(path, within=path) == ["2.png", "b/1.jpg"]
        assert contents(path) == [b"two", b"one"]

    @pytest.mark.parametrize(
        ("name", "mode"), [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tgz", "w:gz"), ("a.tar.xz", "w:xz")]
    )
    def test_pictures_of_a_tar(self, tmp_path, name, mode):
        path = self.make_tar(tmp_path / name, mode, ("2.png", b"two"), ("x.md", b"-"), ("b/1.jpg", b"one" * 1000))
        assert sources(path, within=path) == ["2.png", "b/1.jpg"]
        assert contents(path) == [b"two", b"one" * 1000]

    def test_archives_in_a_folder(self, tmp_path):
        self.make_zip(tmp_path / "a.zip", **{"1.png": b"one"})
        (tmp_path / "2.png").write_bytes(b"two")
        assert contents(tmp_path) == [b"two", b"one"]

    @pytest.mark.parametrize("name", ["../../etc/1.png", "/etc/1.png", "a/../../1.png", "C:/1.png", "..\\1.png"])
    def test_no_name_leaves_its_archive(self, tmp_path, name):
        path = self.make_tar(tmp_path / "a.tar", "w", (name, b"x"))
        [reference] = found(path)
        assert "has a file outside its own folder" in reference.fault
        zipped = tmp_path / "a.zip"
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name), b"x")
        assert all(one.fault for one in found(zipped))

    def test_links_are_not_followed(self, tmp_path):
        (tmp_path / "secret.png").write_bytes(b"secret")
        with tarfile.open(tmp_path / "a.tar", "w") as archive:
            for name, kind in (("soft.png", tarfile.SYMTYPE), ("hard.png", tarfile.LNKTYPE)):
                info = tarfile.TarInfo(name)
                info.type, info.linkname = kind, str(tmp_path / "secret.png")
                archive.addfile(info)
        with pytest.raises(StopIteration):
            next(find_pictures([str(tmp_path / "a.tar")]))

    def test_a_bomb_is_not_unpacked(self, tmp_path):
        path = self.make_zip(tmp_path / "a.zip", **{"bomb.png": bytes(30_000_000), "1.png": b"one"})
        bomb, picture = found(path)
        assert "bytes unpack to 30,000,000" in bomb.fault
        assert PictureContents().get(picture) == b"one"

    def test_a_damaged_archive_is_one_fault(self, tmp_path):
        for name in ("a.zip", "a.tar", "a.tar.gz"):
            (tmp_path / name).write_bytes(b"no archive at all" * 100)
            [reference] = found(tmp_path / name)
            assert "is damaged" in reference.fault

    def test_an_encrypted_member(self, tmp_path):
        path = self.make_zip(tmp_path / "a.zip", **{"1.png": b"one"})
        content = bytearray(path.read_bytes())
        content[6] |= 1
        content[content.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(content)
        with pytest.raises(PictureError, match=r"can't be unpacked .*password"):
            PictureContents().get(found(path)[0])


class TestTables:
    def test_a_column_of_paths(self, tree):
        (tree / "list.csv").write_text("id,file_name\n1,p-2.PNG\n2,b/1.jpg\n")
        assert contents(tree / "list.csv") == [b"p-2.PNG", b"b/1.jpg"]
        parquet.write_table(pyarrow.table({"path": ["b/1.jpg", "p-10.png"]}), tree / "list.parquet")
        assert contents(tree / "list.parquet") == [b"b/1.jpg", b"p-10.png"]

    def test_a_column_of_bytes(self, tmp_path):
        table = pyarrow.table({"id": [1, 2, 3], "image": [b"one", None, b"three"]})
        parquet.write_table(table, tmp_path / "a.parquet", row_group_size=2)
        assert sources(tmp_path / "a.parquet", within=tmp_path) == ["a.parquet#1", "a.parquet#2", "a.parquet#3"]
        assert contents(tmp_path / "a.parquet") == [b"one", b"", b"three"]

    def test_bytes_and_path_together(self, tmp_path):
        images = [{"bytes": b"one", "path": "1.png"}, {"bytes": b"two", "path": "2.png"}]
        parquet.write_table(pyarrow.table({"image": images, "label": [1, 2]}), tmp_path / "a.parquet")
        assert contents(tmp_path / "a.parquet") == [b"one", b"two"]

    def test_pictures_in_base64(self, tmp_path):
        large = os.urandom(200_000)
        cells = [base64.b64encode(large).decode(), "data:image/png;base64," + base64.b64encode(b"two").decode()]
        (tmp_path / "a.csv").write_text("image\n" + "\n".join(f'"{cell}"' for cell in cells) + "\n")
        assert contents(tmp_path / "a.csv") == [large, b"two"]

    def test_the_column_is_named(self, tree):
        (tree / "list.csv").write_text("before,scan\np-2.PNG,b/1.jpg\n")
        assert contents(tree / "list.csv", column="scan") == [b"b/1.jpg"]
        with pytest.raises(DataError, match=r"no column that is known .* \(its columns: before, scan\).*--column"):
            found(tree / "list.csv")
        with pytest.raises(DataError, match="no column 'photo'"):
            found(tree / "list.csv", column="photo")

    def test_a_damaged_table_is_one_fault(self, tmp_path):
        (tmp_path / "a.parquet").write_bytes(b"PAR1 or not")
        [reference] = found(tmp_path / "a.parquet")
        assert "a.parquet can't be opened" in reference.fault
