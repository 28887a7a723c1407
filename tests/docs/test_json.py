"""docs/reference/json.md names the keys that commands print."""

import json
import re
from pathlib import Path

import pytest

from helpers.sheets import save_sheet

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "json.md").read_text("utf-8")

COMMANDS = {
    "data": ["data", "uci"],
    "train": ["train", "softmax", "--data", "uci", "--epochs", "1", "--out", "run"],
    "evaluate": ["evaluate", "run"],
    "predict": ["predict", "run", "sheet.png"],
    "export": ["export", "run", "run.onnx"],
    "read": ["read", "sheet.png"],
    "read --out": ["read", "sheet.png", "--out", "answers.csv", "--workers", "1"],
}


def keys(command):
    """Return the keys that the page's table gives a command."""
    (cell,) = re.findall(rf"^\| `{re.escape(command)}` \| (.*) \|$", PAGE, re.MULTILINE)
    return re.findall(r"`(\w+)`", cell)


@pytest.mark.slow
def test_the_table_has_the_keys_of_each_command(tmp_path, start_inkdigits):
    save_sheet(tmp_path / "sheet.png", "7")
    printed = {}
    for command, words in COMMANDS.items():
        process = start_inkdigits(*words, "--json", folder=tmp_path)
        assert process.wait() == 0, (command, process.stderr)
        printed[command] = list(json.loads(process.stdout.splitlines()[-1]))
    assert printed == {command: keys(command) for command in COMMANDS}


def test_the_examples_have_these_keys():
    examples = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    assert [list(example) for example in examples] == [keys("train"), keys("read")]


def test_both_languages_have_the_same_table():
    twin = (ROOT / "docs" / "ko" / "reference" / "json.md").read_text("utf-8")
    rows = [
        re.findall(r"`([\w .-]+)`", line) for page in (PAGE, twin) for line in page.splitlines() if line[:3] == "| `"
    ]
    assert rows[: len(rows) // 2] == rows[len(rows) // 2 :]
