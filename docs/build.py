"""Writes the pages that can be made from the code: docs/cli.md, docs/recipes.md and the figures in README.md.

Run by `make docs`; a test compares what it would write with what is there.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from inkdigits.cli.app import app
from inkdigits.networks.diagram import draw_diagram
from inkdigits.networks.summary import summarise
from inkdigits.recipes import Recipe, list_recipes

DOCS = Path(__file__).parent


def pages() -> dict[Path, str]:
    """Return the text of every generated file by its path."""
    root = DOCS.parent
    found = {DOCS / "cli.md": cli_page(), DOCS / "recipes.md": recipes_page()}
    found |= {DOCS / "networks" / f"{recipe.name}.svg": _diagram(recipe) for recipe in list_recipes()}
    figures = (DOCS / "reproduce" / "reproduce.md").read_text("utf-8")
    readme = (root / "README.md").read_text("utf-8")
    return found | {root / "README.md": between(readme, "reproduce", figures)}


def between(text: str, name: str, content: str) -> str:
    """Put `content` between the two comments that mark the place `name`."""
    start, end = f"<!-- {name}: made by `make docs` -->", f"<!-- /{name} -->"
    head, _, rest = text.partition(start)
    _, _, tail = rest.partition(end)
    return f"{head}{start}\n{content.strip()}\n{end}{tail}"


def cli_page() -> str:
    """Return the reference of every command, made from the live command line."""
    lines = ["# Commands", "", "Made by `make docs` from the command line itself.", ""]
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        lines += [f"## inkdigits {name}", "", *_paragraphs(command.help or ""), ""]
        lines += ["| | default | |", "|---|---|---|", *_rows(command), ""]
    return "\n".join(lines)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        line = " ".join(paragraph.split())
        _, example, command = line.partition("Example: ")
        yield f"    {command}" if example else line
        yield ""


def _rows(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.name == "help":
            continue
        is_option = parameter.param_type_name == "option"
        metavar = parameter.metavar or ""
        name = f"{' '.join(parameter.opts)} {metavar}".strip() if is_option else metavar
        default = parameter.default
        shown = "" if default in (None, False, ()) or default is ... or not is_option else f"`{default}`"
        required = "required" if parameter.required else shown
        yield f"| `{name.replace('|', chr(92) + '|')}` | {required} | {parameter.help or ''} |"


def recipes_page() -> str:
    """Return the page with every recipe's table and picture."""
    lines = ["# Recipes", "", "Made by `make docs` from the recipes themselves.", ""]
    for recipe in list_recipes():
        rows = summarise(recipe)
        lines += [f"## {recipe.name}", "", f"**{recipe.title}.** {recipe.description}", ""]
        lines += [f"Source: {recipe.source}.", "", f"![{recipe.title}](networks/{recipe.name}.svg)", ""]
        lines += ["| layer | output shape | parameters |", "|---|---|---|"]
        lines += [f"| {row.name} | {' × '.join(map(str, row.output_shape))} | {row.parameters:,} |" for row in rows]
        lines += [f"| total | | {sum(row.parameters for row in rows):,} |", ""]
    return "\n".join(lines)


def _diagram(recipe: Recipe) -> str:
    return draw_diagram(summarise(recipe), recipe.title)


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
