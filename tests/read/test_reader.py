"""The shipped networks and everything before them, on pictures of many kinds."""

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PIL import ImageDraw, ImageFont

from helpers.networks import bars_model, digit_model, metadata_of, save
from helpers.writing import blank, draw, picture_of, sheet_of, turned, write
from inkdigits.core.errors import ModelFileError, PictureError
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.read.reader import Reader

LINES = ["31415926", "27182", "0"]
TEXT = "\n".join(LINES)


@pytest.fixture(scope="module")
def picture():
    """A sheet with three lines, dark on light."""
    return picture_of(sheet_of(LINES, 48, gap=0.5)[0], grain=2)


def encoded(picture, kind, mode=None, **options):
    image = PIL.Image.fromarray(picture)
    file = io.BytesIO()
    (image.convert(mode) if mode else image).save(file, kind, **options)
    return file.getvalue()


class TestWhatIsRead:
    def test_lines_are_joined_by_line_ends(self, reader, picture):
        reading = reader.read(picture)
        assert reading.text == TEXT
        assert [line.text for line in reading.lines] == LINES
        assert reading.forms.shape == (14, 28, 28)

    def test_boxes_lie_on_the_digits(self, reader):
        canvas, boxes = sheet_of(LINES, 48, gap=0.5)
        reading = reader.read(picture_of(canvas))
        for line, line_boxes in zip(reading.lines, boxes, strict=True):
            for digit, (left, top, right, bottom) in zip(line.digits, line_boxes, strict=True):
                assert digit.box[0] <= (left + right) / 2 <= digit.box[2]
                assert digit.box[1] <= (top + bottom) / 2 <= digit.box[3]
                assert digit.box[1:4:2] == pytest.approx((top, bottom), abs=5)

    @pytest.mark.parametrize("height", [16, 160, 400])
    def test_boxes_are_in_pixels_of_the_picture_that_was_given(self, reader, height):
        canvas, ((first, *_, last),) = sheet_of(["80635"], height, gap=0.5)
        reading = reader.read(picture_of(canvas))
        assert reading.text == "80635"
        (line,) = reading.lines
        assert line.box == pytest.approx((first[0], min(first[1], last[1]), last[2], last[3]), abs=max(3, height / 12))

    def test_confidences_are_probabilities(self, reader, picture):
        for line in reader.read(picture).lines:
            assert 0 <= line.confidence <= 1
            for digit in line.digits:
                assert 0 <= digit.confidence <= 1
                assert all(0 <= rival.confidence <= 1 for rival in digit.alternatives)

    def test_the_record_is_json(self, reader, picture):
        record = json.loads(json.dumps(reader.read(picture).to_dict(), allow_nan=False))
        assert record["text"] == TEXT

    def test_one_digit_on_its_own_is_a_line(self, reader):
        canvas = blank(120, 100)
        write(canvas, "6", 30, 30, 60)
        assert reader.read(picture_of(canvas)).text == "6"

    def test_a_blackboard_reads_like_paper(self, reader, picture):
        assert reader.read(255 - picture).text == TEXT

    @pytest.mark.parametrize("degrees", [-6, 5])
    def test_a_tilted_sheet(self, reader, degrees):
        canvas = turned(np.pad(sheet_of(["314159", "265358"], 60, gap=0.5)[0], 40), degrees)
        assert reader.read(picture_of(canvas, grain=2)).text == "314159\n265358"

    def test_ruled_paper_and_a_shadow(self, reader):
        canvas = sheet_of(["31459", "26558"], 60, gap=0.5)[0]
        height, width = canvas.shape
        lines = blank(height, width)
        for y in range(30, height, 43):
            draw(lines, [(-5, y), (width + 5, y)], 1.5)
        light = np.where(np.arange(width) < 0.6 * width, 1, 0.55).astype(np.float32)
        shown = picture_of(np.maximum(canvas, 0.3 * lines), light=np.broadcast_to(light, canvas.shape), grain=2)
        assert reader.read(shown).text == "31459\n26558"


class TestWhatIsRefused:
    @pytest.mark.parametrize("how", [{}, {"paper": 60}, {"grain": 8}, {"light": 0.5, "grain": 4}])
    def test_blank_sheets(self, reader, how):
        sheet = blank(300, 400)
        if "light" in how:
            how = how | {"light": np.linspace(how["light"], 1, 400, dtype=np.float32) * np.ones((300, 1), np.float32)}
        assert reader.read(picture_of(sheet, **how)).text == ""
        assert reader.read(picture_of(sheet, **how), single=True).text == ""

    def test_a_black_picture(self, reader):
        for shape in ((300, 400), (50, 70)):
            assert reader.read(np.zeros(shape, np.uint8)).text == ""
            assert reader.read(np.zeros(shape, np.uint8), single=True).text == ""

    @pytest.mark.parametrize("down", [False, True])
    def test_ruled_and_graph_paper_without_writing(self, reader, down):
        lines = blank(400, 500)
        for place in range(15, 500, 30):
            draw(lines, [(-5, place), (505, place + 4)], 1.5)
            if down:
                draw(lines, [(place, -5), (place - 3, 405)], 1.5)
        assert reader.read(picture_of(0.4 * lines, grain=2)).text == ""

    def test_a_brick_wall(self, reader):
        wall = np.full((480, 640, 3), (150, 80, 60), np.float32)
        for row in range(0, 480, 60):
            wall[row : row + 5] = (190, 185, 180)
            for left in range(row % 120, 640, 120):
                wall[row : row + 60, left : left + 5] = (190, 185, 180)
        wall += np.random.default_rng(0).normal(0, 8, wall.shape)
        picture = np.clip(wall, 0, 255).astype(np.uint8)
        assert reader.read(picture).text == ""
        assert reader.read(picture, single=True).text == ""

    @pytest.mark.parametrize(
        "words", ["Hello World", "PAY TO THE ORDER", "the quick brown fox\njumps over the lazy dog"]
    )
    @pytest.mark.parametrize("size", [24, 60])
    def test_printed_letters(self, reader, words, size):
        image = PIL.Image.new("RGB", (1000, 260), (245, 245, 245))
        ImageDraw.Draw(image).text((40, 60), words, font=ImageFont.load_default(size), fill=(20, 20, 20))
        assert reader.read(np.asarray(image)).text == ""

    def test_the_least_confidence_is_the_callers(self, picture):
        all_of_it = Reader(min_confidence=0).read(picture)
        assert not all_of_it.refused
        # Of numbers it is the root that counts.
        least, *_, most = sorted(line.confidence**0.5 for line in all_of_it.lines)
        between = Reader(min_confidence=(least + most) / 2).read(picture)
        assert [line.confidence**0.5 >= (least + most) / 2 for line in between.lines] == [True] * len(between.lines)
        assert len(between.lines) + len(between.refused) == len(LINES)
        assert 0 < len(between.refused) < len(LINES)
        assert len(between.forms) == sum(len(line.digits) for line in between.lines)
        none_of_it = Reader(min_confidence=1).read(picture)
        assert none_of_it.text == ""
        assert len(none_of_it.refused) == len(LINES)

    @pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
    def test_a_least_confidence_that_is_none(self, value):
        with pytest.raises(ValueError, match=r"expected 0 … 1"):
            Reader(min_confidence=value)


class TestFiles:
    @pytest.mark.parametrize(
        ("kind", "mode", "options"),
        [
            ("PNG", None, {}),
            ("PNG", "L", {}),
            ("PNG", "1", {}),
            ("PNG", "P", {}),
            ("PNG", "RGBA", {}),
            ("JPEG", None, {"quality": 70}),
            ("JPEG", "CMYK", {}),
            ("BMP", None, {}),
            ("GIF", None, {}),
            ("WEBP", None, {"quality": 70}),
            ("TIFF", "CMYK", {}),
            ("TIFF", None, {"compression": "tiff_lzw"}),
            ("PPM", None, {}),
        ],
    )
    def test_every_kind(self, reader, picture, kind, mode, options):
        assert reader.read(encoded(picture, kind, mode, **options)).text == TEXT

    def test_16_bits(self, reader, picture):
        deep = PIL.Image.fromarray(picture[:, :, 0].astype(np.uint16) * 200)
        file = io.BytesIO()
        deep.save(file, "PNG")
        assert reader.read(file.getvalue()).text == TEXT

    def test_strokes_on_nothing(self, reader, picture):
        # As drawing programs save them: white or black ink, and paper that is not there.
        for ink in (0, 255):
            layers = np.dstack([np.full_like(picture, ink), 255 - picture[:, :, 0]])
            layers[..., 3][layers[..., 3] < 60] = 0
            assert reader.read(encoded(layers, "PNG")).text == TEXT

    @pytest.mark.parametrize(("orientation", "turns"), [(6, 1), (3, 2), (8, 3)])
    def test_the_rotation_of_the_camera(self, reader, picture, orientation, turns):
        exif = PIL.Image.Exif()
        exif[0x0112] = orientation
        content = encoded(np.ascontiguousarray(np.rot90(picture, turns)), "JPEG", exif=exif, quality=90)
        reading = reader.read(content)
        assert reading.text == TEXT
        expected = reader.read(picture)
        assert [line.box for line in reading.lines] == [pytest.approx(line.box, abs=4) for line in expected.lines]

    def test_the_pages_of_a_tiff_one_after_the_other(self, reader):
        pages = [PIL.Image.fromarray(picture_of(sheet_of([line], 48, gap=0.5)[0])) for line in LINES]
        file = io.BytesIO()
        pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
        reading = reader.read(file.getvalue())
        assert reading.text == TEXT
        assert len(reading.forms) == 14

    def test_of_a_film_the_first_picture(self, reader):
        frames = [PIL.Image.fromarray(picture_of(sheet_of([line], 48, gap=0.5)[0])) for line in ("35264", "80752")]
        file = io.BytesIO()
        frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
        assert reader.read(file.getvalue()).text == "35264"

    def test_a_path_a_name_and_a_wrong_suffix(self, reader, picture, tmp_path):
        path = tmp_path / "actually-a.jpg"
        path.write_bytes(encoded(picture, "PNG"))
        assert reader.read(path).text == reader.read(str(path)).text == TEXT

    def test_what_can_not_be_read_says_so(self, reader, tmp_path):
        with pytest.raises(PictureError, match="does not exist"):
            reader.read(tmp_path / "none.png")
        with pytest.raises(PictureError, match="is empty"):
            reader.read(b"")
        with pytest.raises(PictureError, match="is no picture"):
            reader.read(b"%PDF-1.7 nothing")
        with pytest.raises(PictureError, match=r"can't be opened|is no picture"):
            reader.read("a\0b.png")


class TestArrays:
    @pytest.mark.parametrize(
        "change",
        [
            lambda grey: grey,
            lambda grey: grey[..., None],
            lambda grey: np.dstack([grey] * 3),
            lambda grey: np.dstack([grey] * 3 + [np.full_like(grey, 255)]),
            lambda grey: grey > 128,
            lambda grey: grey / 255,
            lambda grey: (grey / 255).astype(np.float16),
            lambda grey: grey.astype(np.float64),
            lambda grey: grey.astype(np.uint16) * 257,
            lambda grey: grey.astype(np.int64),
            np.asfortranarray,
            lambda grey: grey[::-1][::-1],
        ],
    )
    def test_any_range_and_shape(self, reader, picture, change):
        assert reader.read(change(picture[:, :, 0])).text == TEXT

    def test_nan_and_infinity_are_paper_or_ink_and_no_more(self, reader, picture):
        holed = picture[:, :, 0].astype(np.float32)
        holed[20, 30], holed[100, 5], holed[5, 200] = np.nan, np.inf, -np.inf
        assert len(reader.read(holed).lines) >= len(LINES) - 1
        for value in (np.nan, np.inf, -np.inf):
            reader.read(np.full((50, 70), value))

    @pytest.mark.parametrize(
        "values",
        [
            np.zeros(5),
            np.zeros((0, 5)),
            np.zeros((5, 0, 3), np.uint8),
            np.zeros((4, 5, 2)),
            np.zeros((2, 4, 5, 3)),
            np.zeros((4, 5), dtype=complex),
            np.array([["a", "b"]]),
            np.array([[None, 1]]),
            np.zeros((4, 5), dtype="datetime64[s]"),
            np.broadcast_to(np.uint8(0), (10_000, 10_000)),
        ],
        ids=lambda values: f"{values.dtype}{values.shape}",
    )
    def test_other_arrays_are_refused(self, reader, values):
        with pytest.raises(PictureError, match="; expected "):
            reader.read(values)

    def test_the_array_is_left_as_it_was(self, reader, picture):
        before = picture.copy()
        picture.flags.writeable = False
        reader.read(picture)
        reader.read(picture, single=True)
        picture.flags.writeable = True
        assert np.array_equal(picture, before)


class TestModels:
    def test_a_network_takes_the_place_of_the_shipped_one_of_its_kind(self, tmp_path):
        digits = save(digit_model(classes=2), tmp_path / "digits.onnx", metadata_of(classes=["a", "b"]))
        lines = save(bars_model(), tmp_path / "lines.onnx", metadata_of("lines"))
        own_digits, own_lines = Reader(digits), Reader(str(lines))
        assert own_digits.digit_network.path == digits
        assert all(network.path != digits for network in own_digits.line_networks)
        assert [network.path for network in own_lines.line_networks] == [lines]
        assert own_lines.digit_network.metadata.classes == tuple("0123456789")

    def test_a_foreign_file_is_refused_at_once(self, tmp_path):
        (tmp_path / "net.onnx").write_bytes(b"nothing")
        with pytest.raises(ModelFileError, match=r"net\.onnx is damaged"):
            Reader(tmp_path / "net.onnx")

    def test_prepared_digits_are_read_in_batches(self, reader):
        forms = np.zeros((300, 28, 28), np.uint8)
        forms[:, 4:24, 13:16] = 250
        found = reader.read_digits(forms)
        assert found.shape == (300, 10)
        assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
        assert (found.argmax(axis=1) == 1).all()

    def test_threads_may_share_a_reader(self, picture):
        fresh = Reader()
        with ThreadPoolExecutor(4) as pool:
            texts = list(pool.map(lambda _: fresh.read(picture).text, range(8)))
        assert texts == [TEXT] * 8

    def test_the_shipped_networks_are_small_and_ours(self):
        shipped = sorted((Path(sys.modules[Reader.__module__].__file__).parent / "models").glob("*.onnx"))
        assert {path.stem.partition("-")[0] for path in shipped} == {"digits", "lines"}
        assert sum(path.stat().st_size for path in shipped) < 2_000_000
        for path in shipped:
            assert b"/work" not in path.read_bytes()
            assert b"/home" not in path.read_bytes()


def child(code, *arguments):
    """Run Python in a process of its own; return what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_reading_imports_nothing_of_the_learn_half(picture, tmp_path):
    path = tmp_path / "sheet.png"
    path.write_bytes(encoded(picture, "PNG"))
    imported = child(
        "import sys, json\nfrom inkdigits.read.reader import Reader\nreading = Reader().read(sys.argv[1])\n"
        "assert reading.text and Reader().read(sys.argv[1], single=True) is not None\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))",
        path,
    )
    assert "cv2" in imported
    heavy = {"torch", "matplotlib", "sklearn", "scipy", "onnx", "jinja2", "tensorboard", "safetensors", "pydantic"}
    assert heavy & set(imported) == set()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")
def test_a_photo_of_12_megapixels_stays_under_300_megabytes(tmp_path):
    page = blank(750, 1000)
    for number, line in enumerate(("314159265", "271828182", "141421356")):
        write(page, line, 80, 100 + 150 * number, 60, gap=0.5)
    light = np.linspace(0.5, 1, 1000, dtype=np.float32) * np.ones((750, 1), np.float32)
    photo = np.repeat(np.repeat(picture_of(page, light=light, grain=4), 4, axis=0), 4, axis=1)
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(photo, "JPEG", quality=85))
    del photo
    # Not getrusage: what it says of a new process has the size of the one that started it in it.
    text, peak_kib = child(
        "import sys, json, re\nfrom pathlib import Path\nfrom inkdigits.read.reader import Reader\n"
        "text = Reader().read(sys.argv[1]).text\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())\n"
        "print(json.dumps([text, int(peak[1])]))",
        path,
    )
    assert text == "314159265\n271828182\n141421356"
    assert peak_kib / 1024 < 300


@pytest.fixture(scope="module")
def mnist_test(mnist_folder):
    from inkdigits.data.load import load

    return load("mnist", data_dir=mnist_folder).test


@pytest.mark.mnist
class TestMnist:
    """Writing that no network has learned from, composed of the test digits."""

    @pytest.mark.parametrize(
        ("plan", "least"),
        [
            (SheetPlan(lines=5, length=6, height=40), 0.8),
            (SheetPlan(lines=5, length=5, height=28, ruled=True), 0.75),
            (SheetPlan(lines=5, length=8, height=70, gap=0.0), 0.55),
            (SheetPlan(lines=2, length=4, height=200), 0.75),
            (SheetPlan(lines=4, length=6, height=50, tails=0.6), 0.65),
        ],
    )
    def test_sheets(self, reader, mnist_test, plan, least):
        right = total = 0
        for seed in range(4):
            generator = np.random.default_rng(seed)
            picture, text = compose_sheet(plan, mnist_test.images, mnist_test.labels, generator)
            found = reader.read(picture, min_confidence=0).text.splitlines()
            right += sum(line in found for line in text.splitlines())
            total += plan.lines
        assert right / total >= least

    def test_single_digits_in_their_form(self, reader, mnist_test):
        answers = reader.read_digits(mnist_test.images[:2000]).argmax(axis=1)
        assert (answers == mnist_test.labels[:2000]).mean() > 0.985

    def test_single_digits_as_pictures_in_both_polarities(self, reader, mnist_test):
        right = 0
        for image, label in zip(mnist_test.images[:60], mnist_test.labels[:60], strict=True):
            for form in (image, 255 - image):
                right += reader.read(form, single=True, min_confidence=0).text == str(label)
        assert right >= 116
