"""docs/how-to/patterns.md: its example runs, and its commands are options that exist."""

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

from helpers.writing import picture_of, sheet_of
from inkdigits.read.patterns.syntax import parse_pattern

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "patterns.md").read_text("utf-8")


def test_the_example_runs(tmp_path):
    Image.fromarray(picture_of(sheet_of(["4539578763621486"], 48, gap=0.5)[0])).save(tmp_path / "card.jpg", quality=95)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    text, confidence, *candidates = done.stdout.split()
    assert text == "4539578763621486"
    assert float(confidence) > 0.5
    assert candidates[0].startswith(f"['{text}'")


def test_the_patterns_of_the_commands_are_in_the_subset():
    patterns = re.findall(r"--pattern '([^']+)'", PAGE)
    assert len(patterns) == 2
    for pattern in patterns:
        parse_pattern(pattern)
