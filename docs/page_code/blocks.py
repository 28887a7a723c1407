"""A page -> its blocks of code, and what is wrong with them before anything runs."""

import io
import json
import re
import shlex
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

NOT_RUN = {
    "it needs a cluster": "클러스터 필요",
    "it needs a container engine": "컨테이너 엔진 필요",
    "it needs root": "관리자 권한 필요",
    "it downloads data": "데이터 다운로드",
    "it takes minutes": "몇 분 소요",
    "it waits for you": "사용자 입력 필요",
}
"""Why a block may stand on a page without being run: what the line above it says, in English and in Korean."""

_MARK = re.compile(r"^\*(?:Not run for this page: (?P<en>.+)\.|이 페이지를 만들 때 실행하지 않는 예\((?P<ko>.+)\))\*$")
_FENCE = re.compile(r"^(?P<fence>```+)(?P<language>[\w{}:-]*)")
_FILE = re.compile(r"^# ([\w-]+\.\w+)$")

_RUN = ("python", "sh")
_SHOWN = ("", "csv", "dockerfile", "html", "ini", "js", "nginx", "text")
"""Languages that are shown as they are."""


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        line: Where it begins on its page, counted from 1.
        language: What the page says it is.
        code: Its lines.
        reason: Why it is not run; empty if it is.
    """

    line: int
    language: str
    code: str
    reason: str = ""

    @property
    def file(self) -> str:
        """The file that it is, if its first line is a comment with a name and nothing else."""
        named = _FILE.match(self.code.partition("\n")[0])
        return named[1] if named else ""

    @property
    def commands(self) -> list[str]:
        """The lines of a shell block without comments, long ones joined."""
        joined = self.code.replace("\\\n", " ").splitlines() if self.language == "sh" else []
        return [" ".join(plain) for line in joined if (plain := _without_comment(line))]


@dataclass(frozen=True)
class PageCode:
    """All code of a page.

    Attributes:
        page: Its path.
        blocks: From top to bottom.
    """

    page: Path
    blocks: tuple[Block, ...] = field(repr=False)

    def program(self) -> tuple[tuple[str, ...], str, tuple[tuple[str, str], ...]]:
        """Return what runs: commands, the Python program, and the files (name, text) that the page shows."""
        run = [block for block in self.blocks if not block.reason]
        commands = tuple(command for block in run for command in block.commands)
        python = "\n".join(block.code for block in run if block.language == "python" and not block.file)
        files = tuple((block.file, block.code) for block in run if block.file)
        return commands, _plain(python), files


def page_code(page: Path) -> PageCode:
    """Return the code of a page.

    Args:
        page: A file in Markdown.
    """
    return PageCode(page, tuple(_blocks(page.read_text("utf-8").splitlines())))


def _blocks(lines: list[str]) -> Iterator[Block]:
    reason, number = "", 0
    while number < len(lines):
        if mark := _MARK.match(lines[number]):
            reason = mark["en"] or mark["ko"]
        elif fence := _FENCE.match(lines[number]):
            end = next(later for later in range(number + 1, len(lines)) if lines[later].startswith(fence["fence"]))
            yield Block(number + 1, fence["language"], "\n".join(lines[number + 1 : end]), reason)
            reason, number = "", end
        elif lines[number].strip():
            reason = ""
        number += 1


def faults(code: PageCode) -> Iterator[str]:
    """Yield what is wrong with blocks as they stand.

    Args:
        code: That of a page.
    """
    for block in code.blocks:
        where = f"{code.page.name}:{block.line}"
        if block.reason and block.reason not in {*NOT_RUN, *NOT_RUN.values()}:
            yield f"{where}: not run because {block.reason!r}, expected one of {', '.join(NOT_RUN)}"
        if block.language == "toml":
            yield from _parsed(where, tomllib.loads, block.code)
        elif block.language == "json":
            yield from _parsed(where, json.loads, block.code)
        elif block.language == "python":
            yield from _parsed(where, lambda text: compile(text, "page", "exec"), block.code)
        elif block.language not in (*_RUN, *_SHOWN) and not block.language.startswith("{"):
            yield f"{where}: {block.language} is no language of these pages"


def _parsed(where: str, parse: object, text: str) -> Iterator[str]:
    try:
        parse(text)  # type: ignore[operator]
    except (SyntaxError, ValueError) as error:
        yield f"{where}: {error}"


def _without_comment(line: str) -> list[str]:
    """Return the words of a line as the shell gets them, quoted again; empty for a comment."""
    lexer = shlex.shlex(line, posix=False, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = "#"
    return list(lexer)


def _plain(python: str) -> str:
    """Return a program without its comments: they are translated."""
    lines = python.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(python).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines)
