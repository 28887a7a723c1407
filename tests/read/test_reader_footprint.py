"""What reading imports, and how much memory it takes, in processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers.pictures import encode
from helpers.writing import blank, picture_of, write


def child(code, *arguments):
    """Run Python in a process of its own; return what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_reading_imports_nothing_of_the_learn_half(picture, tmp_path):
    path = tmp_path / "sheet.png"
    path.write_bytes(encode(picture, "PNG"))
    imported = child(
        "import sys, json\nfrom inkdigits.read.reader import Reader\nreading = Reader().read(sys.argv[1])\n"
        "assert reading.text and Reader().read(sys.argv[1], single=True) is not None\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))",
        path,
    )
    assert "cv2" in imported
    heavy = {"torch", "matplotlib", "sklearn", "scipy", "onnx", "jinja2", "tensorboard", "safetensors", "pydantic"}
    assert heavy & set(imported) == set()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")
def test_a_photo_of_12_megapixels_stays_under_300_megabytes(tmp_path):
    page = blank(750, 1000)
    for number, line in enumerate(("314159265", "271828182", "141421356")):
        write(page, line, 80, 100 + 150 * number, 60, gap=0.5)
    light = np.linspace(0.5, 1, 1000, dtype=np.float32) * np.ones((750, 1), np.float32)
    photo = np.repeat(np.repeat(picture_of(page, light=light, noise_sigma=4), 4, axis=0), 4, axis=1)
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(photo, "JPEG", quality=85))
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
