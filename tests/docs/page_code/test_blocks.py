"""Blocks are found as a reader sees them, and their faults are told."""

import pytest
from page_code.blocks import NOT_RUN, faults, page_code

PAGE = """# Page

```sh
inkdigits read a.jpg \\
    --json   # a comment
# a comment alone
inkdigits read b.jpg --pattern '#\\d'
```

*Not run for this page: it needs a cluster.*

```sh
inkdigits read c.jpg
```

```toml
# my.toml
name = "a"
```

```{toctree}
python/index
```

```python
x = 1  # one
# alone
print("# no comment", x)
```
"""


@pytest.fixture
def code(tmp_path):
    def write(text):
        path = tmp_path / "page.md"
        path.write_text(text, "utf-8")
        return page_code(path)

    return write


def test_what_runs_is_the_code_without_comments(code):
    commands, python, files = code(PAGE).program()
    assert commands == ("inkdigits read a.jpg --json", "inkdigits read b.jpg --pattern '#\\d'")
    assert python.split("\n") == ["x = 1", "", 'print("# no comment", x)']
    assert files == (("my.toml", '# my.toml\nname = "a"'),)


def test_a_mark_holds_for_the_next_block_alone(code):
    assert [block.reason for block in code(PAGE).blocks] == ["", "it needs a cluster", "", "", ""]
    assert list(faults(code(PAGE))) == []


@pytest.mark.parametrize("reason", NOT_RUN.values())
def test_korean_pages_have_a_mark_of_their_own(code, reason):
    (block,) = code(f"*이 페이지를 만들 때 실행하지 않는 예({reason})*\n\n```sh\ninkdigits read a.jpg\n```\n").blocks
    assert block.reason == reason


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ("```json\n{,}\n```", "page.md:1: Expecting property name"),
        ("```toml\nname =\n```", "page.md:1: Invalid value"),
        ("```python\nprint(\n```", "page.md:1: '(' was never closed"),
        ("```pyton\n1\n```", "page.md:1: pyton is no language of these pages"),
        ("*Not run for this page: I don't like it.*\n\n```sh\nls\n```", "page.md:3: not run because"),
    ],
)
def test_faults_are_told_with_their_line(code, block, fault):
    (told,) = faults(code(block))
    assert told.startswith(fault)
