"""The commands of `inkdigits` as one Typer application. A command's module is imported when the command is named.

Knows nothing of errors or exit statuses.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from inkdigits.version import __version__

COMMANDS = (
    "recipes",
    "data",
    "train",
    "evaluate",
    "predict",
    "report",
    "compare",
    "review",
    "reproduce",
    "sweep",
    "export",
    "read",
    "serve",
    "teach",
)
"""In the order that `inkdigits --help` lists them. Each is a function of this name in the module of this name."""

_SETTINGS: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": "rich",
}


class LazyCommands(Mapping[str, Any]):
    """Click commands by name, each imported when it is asked for.

    Args:
        names: All commands, in the order to list them.

    Examples:
        >>> commands = LazyCommands(("read", "train"))
        >>> list(commands), commands["read"].name
        (['read', 'train'], 'read')
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return load_command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class PlainFlags:
    """A mix-in for commands: help shows a flag by its name alone, where Typer adds `<bool>`."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters of the command, `--help` among them.

        Args:
            ctx: Click's context.
        """
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]  # of the class that it is mixed into
        for param in params:
            if getattr(param, "is_flag", False) and param.metavar is None:
                param.metavar = ""
        return params


class PlainCommand(PlainFlags, TyperCommand):
    """A Click command with plain flags in its help."""


class LazyGroup(PlainFlags, TyperGroup):
    """A Click group with the commands of `COMMANDS`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = LazyCommands(COMMANDS)  # type: ignore[assignment]  # no command is ever added


@cache
def load_command(name: str) -> Any:
    """Return the Click command of a name.

    Args:
        name: One of `COMMANDS`.
    """
    single = typer.Typer(**_SETTINGS)
    function = getattr(import_module(f"inkdigits.cli.{name}"), name)
    single.command(name, cls=PlainCommand, help=_unwrapped(function))(function)
    return typer.main.get_command(single)


def _unwrapped(function: Callable[..., Any]) -> str:
    """Return what a function's docstring says, a line for each paragraph: Typer would keep the breaks of the source."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


app = typer.Typer(
    name="inkdigits",
    cls=LazyGroup,
    help="Teach networks to recognise handwritten digits, see how well they do and why they fail.",
    no_args_is_help=True,
    **_SETTINGS,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"inkdigits {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before the command."""
