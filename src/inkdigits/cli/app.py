"""The entry point of `inkdigits`: runs a command and turns errors into exit statuses. Knows no command.

Start-up time is part of the contract: nothing here, and nothing that a command module imports at its top, may import
torch, matplotlib or scikit-learn.
"""

import sys

from inkdigits.cli.console import print_error
from inkdigits.core.errors import InkdigitsError

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


def main() -> None:
    """Run the command line; exit 0 when done, 1 on what the user can mend, 2 on wrong usage."""
    try:
        from inkdigits.cli.commands import app

        app()
    except (InkdigitsError, ModuleNotFoundError) as error:
        if "--debug" in sys.argv:
            raise
        print_error(error if isinstance(error, InkdigitsError) else _missing_half(error))
        sys.exit(1)


def _missing_half(error: ModuleNotFoundError) -> InkdigitsError:
    """Return an error that says what to install; raise what is no missing optional dependency."""
    name = (error.name or "").partition(".")[0]
    halves = (("learn", "the learn half", _LEARN_HALF), ("serve", "the serve half", _SERVE_HALF))
    for extra, what, libraries in (*halves, ("learn,review", "label review", {"cleanlab"})):
        if name in libraries:
            return InkdigitsError(
                f"{error.name} is not installed",
                expected=f"{what} of inkdigits",
                mend=f'pip install "inkdigits[{extra}]"',
            )
    raise error
