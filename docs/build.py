"""Writes what is generated from code: reference pages, diagrams, tables of figures.md, ARCHITECTURE.md's map of files.

Run by `make docs`. A test compares what it would write with what is there.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from http_page import http_page
from pydantic import BaseModel

from inkdigits.cli.commands import app
from inkdigits.learn.networks.diagram import draw_recipe
from inkdigits.learn.networks.summary import summarise
from inkdigits.recipes import Recipe, list_recipes, load_recipe
from inkdigits.recipes.layers import Initializer, Layer
from inkdigits.recipes.optimizers import OptimizerSettings, ScheduleSettings
from inkdigits.recipes.schema import LOSS_DESCRIPTIONS, Augmentation, EarlyStopping, Tutorial

DOCS = Path(__file__).parent
REFERENCE = DOCS / "reference"

_DATA_FOLDERS = {
    "builtin/": "The recipes that come with the package, one TOML file each",
    "models/": "The three networks that come with the package, and their model card",
    "static/": "The page: HTML, CSS, JavaScript, and its texts in English and Korean",
    "template/": "The HTML, CSS and JavaScript of the report",
}
"""What is in the folders that hold no modules."""

BODY = "<!-- body -->"
"""Where the pages of docs/ko/reference begin to show the same: below the title and what is said in Korean there."""


def pages() -> dict[Path, str]:
    """Return the text of every generated file by its path."""
    root = DOCS.parent
    generated = {
        "cli.md": cli_page(),
        "recipes.md": recipes_page(),
        "recipe-keys.md": keys_page(),
        "http.md": http_page(BODY),
    }
    texts = {REFERENCE / name: text for name, text in generated.items()}
    texts |= {REFERENCE / "networks" / f"{recipe.name}.svg": draw_recipe(recipe) for recipe in list_recipes()}
    figures = (REFERENCE / "figures.md").read_text("utf-8")
    for name in ("reproduce", "today"):
        figures = between(figures, name, (REFERENCE / "reproduce" / f"{name}.md").read_text("utf-8"))
    architecture = (root / "ARCHITECTURE.md").read_text("utf-8")
    return texts | {
        REFERENCE / "figures.md": figures,
        root / "ARCHITECTURE.md": between(architecture, "map", file_map(root / "src" / "inkdigits")),
    }


def between(text: str, name: str, content: str) -> str:
    """Return a text with new content between the two comments that mark a place.

    Args:
        text: A page in Markdown.
        name: The place.
        content: What to put there.
    """
    start, end = f"<!-- {name}: made by `make docs` -->", f"<!-- /{name} -->"
    head, _, rest = text.partition(start)
    _, _, tail = rest.partition(end)
    return f"{head}{start}\n{content.strip()}\n{end}{tail}"


def file_map(package: Path) -> str:
    """Return a code block with every folder and module of a package and the first sentence of its docstring.

    Args:
        package: Its folder.
    """
    lines = [f"{package.parent.name}/{package.name}/", *_file_map(package, 1)]
    return "\n".join(["```text", *(line.rstrip() for line in lines), "```"])


def _file_map(folder: Path, depth: int) -> Iterator[str]:
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("__"):
            yield _map_line(path.name, path, depth)
    for path in sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"):
        if (path / "__init__.py").exists():
            yield _map_line(f"{path.name}/", path / "__init__.py", depth)
            yield from _file_map(path, depth + 1)
        else:
            yield _map_line(f"{path.name}/", path, depth)


def _map_line(name: str, path: Path, depth: int) -> str:
    said = _DATA_FOLDERS[name] if path.is_dir() else ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    sentence = " ".join(said.split()).partition(". ")[0].removesuffix(".")
    return f"{'  ' * depth + name:<26} {sentence}"


def cli_page() -> str:
    """Return the reference of all commands, made from the Typer application."""
    lines = ["# Commands", "", "Made by `make docs` from the command line itself.", "", BODY, ""]
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        lines += [f"## inkdigits {name}", "", *_paragraphs(command.help or ""), ""]
        lines += ["| option | default | meaning |", "|---|---|---|", *_rows(command), ""]
    return "\n".join(lines)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        line = " ".join(paragraph.split())
        _, example, command = line.partition("Example: ")
        yield f"    {command}" if example else line
        yield ""


def _rows(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.name == "help" or getattr(parameter, "hidden", False):
            continue
        is_option = parameter.param_type_name == "option"
        metavar = parameter.metavar or ""
        name = f"{' '.join(parameter.opts)} {metavar}".strip() if is_option else metavar
        default = parameter.default
        shown = "" if default in (None, False, ()) or default is ... or not is_option else f"`{default}`"
        required = "required" if parameter.required else shown
        yield f"| `{name.replace('|', chr(92) + '|')}` | {required} | {parameter.help or ''} |"


def recipes_page() -> str:
    """Return the page with the table and diagram of every recipe."""
    lines = ["# Recipes", "", "Made by `make docs` from the recipes themselves.", ""]
    lines += ["What a recipe can say is in [recipe-keys.md](recipe-keys.md).", "", BODY, ""]
    for recipe in list_recipes():
        rows = summarise(recipe)
        lines += [f"## {recipe.name}", "", f"**{recipe.title}.** {recipe.description}", ""]
        lines += [f"Source: {recipe.source}.", "", f"![{recipe.title}](networks/{recipe.name}.svg)", ""]
        lines += ["| layer | output shape | parameters |", "|---|---|---|"]
        lines += [f"| {row.name} | {' × '.join(map(str, row.output_shape))} | {row.parameters:,} |" for row in rows]
        lines += [f"| total | | {sum(row.parameters for row in rows):,} |", ""]
    return "\n".join(lines)


def keys_page() -> str:
    """Return the page with every key of a recipe, made from the schema."""
    lines = [
        "# What a recipe can say",
        "",
        "Made by `make docs` from the schema. A recipe is a TOML file:",
        "",
        BODY,
        "",
    ]
    lines += ["```toml", *load_recipe("mlp-dropout").to_toml().splitlines(), "```", ""]
    lines += ["## The recipe", "", *_table(Recipe)]
    lines += ["## Losses", "", *(f"- `{name}`: {text}" for name, text in LOSS_DESCRIPTIONS.items()), ""]
    for title, key, kinds in (
        ("Layers", "type", Layer),
        ("Initialisers", "name", Initializer),
        ("Optimisers", "name", OptimizerSettings),
        ("Schedules", "name", ScheduleSettings),
    ):
        lines += [f"## {title}", ""]
        for kind in get_args(get_args(kinds)[0]):
            tag = get_args(kind.model_fields[key].annotation)[0]
            lines += [f"### {tag}", "", inspect.cleandoc(kind.__doc__), "", *_table(kind, without=key)]
    for kind in (EarlyStopping, Augmentation, Tutorial):
        lines += [f"## {kind.__name__}", "", inspect.cleandoc(kind.__doc__ or ""), "", *_table(kind)]
    return "\n".join(lines)


def _table(kind: type[BaseModel], without: str = "") -> Iterator[str]:
    fields = {name: field for name, field in kind.model_fields.items() if name != without}
    if fields:
        yield from ("| key | default | meaning |", "|---|---|---|")
    for name, field in fields.items():
        default = "required" if field.is_required() else _plain(field.default)
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        one_of = f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
        yield f"| `{name}` | {default} | {field.description}{one_of} |"
    if fields:
        yield ""


def _plain(value: Any) -> str:
    """Return a default value as TOML writes it."""
    if value is None or value == "":
        return "none"
    shown = getattr(value, "name", value)
    return f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
