"""All commands together, as Typer takes them. Knows nothing of errors or exit statuses."""

from typing import Annotated

import typer

from inkdigits.cli.data import data
from inkdigits.cli.evaluate import evaluate
from inkdigits.cli.export import export
from inkdigits.cli.predict import predict
from inkdigits.cli.read import read
from inkdigits.cli.recipes import recipes
from inkdigits.cli.report import report
from inkdigits.cli.reproduce import reproduce
from inkdigits.cli.serve import serve
from inkdigits.cli.teach import teach
from inkdigits.cli.train import train
from inkdigits.version import __version__

app = typer.Typer(
    name="inkdigits",
    help="Teach networks to recognise handwritten digits, see how well they do and why they fail.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
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


for command in (recipes, data, train, evaluate, predict, report, reproduce, export, read, serve, teach):
    app.command()(command)
