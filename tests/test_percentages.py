"""Percentages have one form everywhere, 97.66 %: in code, documents, the outputs of notebooks and the page's words.

Outputs of commands, reports and the page itself are looked at in the tests that make them.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.percentages import other_percentages, text_of_markup
from inkdigits.core.formatting import percent

ROOT = Path(__file__).parents[1]
CODE = sorted(path for folder in ("src", "docs", "benchmarks", "scripts") for path in (ROOT / folder).rglob("*.py"))
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
TEXTS += sorted((ROOT / "benchmarks").rglob("*.md"))
WORDS = sorted((ROOT / "src" / "inkdigits").rglob("strings*.js")) + sorted((ROOT / "src").rglob("languages/*.toml"))
NOTEBOOKS = sorted((ROOT / "docs").rglob("*.ipynb"))


def formatted_otherwise(code: str) -> list[int]:
    """Return the lines of f-strings that write a percentage on their own: `{share:.1%}` or `{value}%`."""
    lines = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            if ast.unparse(node.format_spec).rstrip("'\"").endswith("%"):
                lines.append(node.lineno)
        elif isinstance(node, ast.JoinedStr):
            pairs = zip(node.values, node.values[1:], strict=False)
            lines += [
                value.lineno
                for value, after in pairs
                if isinstance(value, ast.FormattedValue)
                and isinstance(after, ast.Constant)
                and str(after.value).startswith("%")
            ]
    return lines


def outputs(notebook: Any) -> Iterator[str]:
    """Yield the code of a notebook's cells and what people read of their outputs."""
    for cell in notebook["cells"]:
        yield "".join(cell["source"])
        for output in cell.get("outputs", ()):
            yield "".join(output.get("text", ()))
            for kind, content in output.get("data", {}).items():
                if kind in ("text/plain", "text/markdown"):
                    yield "".join(content)
                elif kind in ("text/html", "image/svg+xml"):
                    yield text_of_markup("".join(content))


def test_what_is_looked_for_is_found() -> None:
    assert other_percentages("right: 97.66% of 10%20digits, 3 % and 5%") == ["97.66%", "5%"]
    assert other_percentages(percent(0.9766)) == []
    assert formatted_otherwise('print(f"{a:.1%}", f"{a}%", f"{a} %", f"{a:>{b}.0%}", f"{a:.1f}")') == [1, 1, 1]
    assert text_of_markup('<style>a{width:1%}</style><p width="5%">7</p>').strip() == "7"


@pytest.mark.parametrize("folder", ["src", "docs", "benchmarks", "scripts"])
def test_code_writes_no_other_form(folder: str) -> None:
    files = [path for path in CODE if path.is_relative_to(ROOT / folder)]
    assert files
    assert [(path.name, line) for path in files for line in formatted_otherwise(path.read_text("utf-8"))] == []


def test_documents_and_words_have_no_other_form() -> None:
    assert len(WORDS) > 6
    found = {path.name: other_percentages(path.read_text("utf-8")) for path in [*TEXTS, *WORDS]}
    assert {name: each for name, each in found.items() if each} == {}


def test_notebooks_have_no_other_form() -> None:
    assert len(NOTEBOOKS) >= 12
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_text("utf-8"))
        assert [each for text in outputs(notebook) for each in other_percentages(text)] == [], path.name


def test_pictures_of_documents_have_no_other_form() -> None:
    pictures = sorted((ROOT / "docs").rglob("*.svg"))
    assert pictures
    for path in pictures:
        assert other_percentages(text_of_markup(path.read_text("utf-8"))) == [], path.name
