"""The command `inkdigits`: gathers the commands and turns errors into exit statuses.

Start-up is part of the contract: nothing here, and nothing a command module imports at its top, may import
torch, matplotlib or scikit-learn.
"""

import sys
from typing import Annotated

import typer

from inkdigits.cli.console import print_error
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
from inkdigits.errors import InkdigitsError
from inkdigits.version import __version__

_LEARN_HALF = {
    "filelock",
    "torch",
    "safetensors",
    "tensorboard",
    "sklearn",
    "matplotlib",
    "jinja2",
    "markupsafe",
    "onnx",
    "onnxscript",
}

_SERVE_HALF = {"fastapi", "starlette", "uvicorn", "httptools", "prometheus_client", "python_multipart"}

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


def main() -> None:
    """Run the command line; exit 0 when done, 1 on what the user can mend, 2 on wrong usage."""
    try:
        app()
    except (InkdigitsError, ModuleNotFoundError) as error:
        if "--debug" in sys.argv:
            raise
        print_error(error if isinstance(error, InkdigitsError) else _missing_half(error))
        sys.exit(1)


def _missing_half(error: ModuleNotFoundError) -> InkdigitsError:
    """Tell what to install where a library of another half is missing; anything else is our own fault."""
    name = (error.name or "").partition(".")[0]
    for half, libraries in (("learn", _LEARN_HALF), ("serve", _SERVE_HALF)):
        if name in libraries:
            return InkdigitsError(
                f"{error.name} is not installed",
                expected=f"the {half} half of inkdigits",
                mend=f'pip install "inkdigits[{half}]"',
            )
    raise error
