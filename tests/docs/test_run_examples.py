"""Code of all pages: sound as it stands, with options that exist, and the same in both languages."""

import io
import shlex
import tokenize

import pytest
import run_examples
from page_code.blocks import NOT_RUN, faults

from inkdigits.cli.commands import app

PAGES = run_examples.pages()
KOREAN = run_examples.DOCS / "ko"
SHOWN_ALIKE = [one for one in PAGES if one.page.is_relative_to(KOREAN)]


@pytest.fixture(scope="module")
def options():
    import typer

    group = typer.main.get_command(app)
    return {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in group.commands.items()
    }


def test_blocks_are_sound():
    assert [fault for one in PAGES for fault in faults(one)] == []
    assert sum(bool(one.program()[0] or one.program()[1]) for one in PAGES) > 20


def test_commands_and_options_exist(options):
    wrong = []
    for one in PAGES:
        for command in (command for block in one.blocks for command in block.commands):
            name, *words = shlex.split(command)
            if name == "inkdigits" and not words[0].startswith("-"):
                known = options[words[0]] | {"--help"}
                wrong += [f"{one.page}: {word}" for word in words if word.startswith("--") and word not in known]
    assert wrong == []


def words(python):
    """Return the tokens of a program; a text in it may be translated."""
    tokens = tokenize.generate_tokens(io.StringIO(python).readline)
    return ["text" if token.type == tokenize.STRING else token.string for token in tokens]


@pytest.mark.parametrize("korean", SHOWN_ALIKE, ids=lambda one: str(one.page.relative_to(KOREAN)))
def test_both_languages_show_the_same_code(korean):
    twin = run_examples.DOCS / korean.page.relative_to(KOREAN)
    (english,) = [one for one in PAGES if one.page == twin]
    if any(korean.program()):
        (commands, python, files), (said, written, shown) = korean.program(), english.program()
        assert [command.removesuffix(" --language ko") for command in commands] == list(said)
        assert words(python) == words(written)
        assert files == shown
        reasons = [NOT_RUN.get(block.reason, "") for block in english.blocks]
        assert [block.reason for block in korean.blocks] == reasons
