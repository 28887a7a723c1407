"""The command `inkdigits`: runs what was asked for and turns errors into exit statuses.

Start-up is part of the contract: nothing here, and nothing a command module imports at its top, may import
torch, matplotlib or scikit-learn. What is asked most often, to read pictures with no other option, is understood
here: parsing it with Typer takes longer than reading them.
"""

import os
import sys

from inkdigits.cli.messages import print_error
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
        if _is_plain_reading(sys.argv[1:]):
            _read(sys.argv[2:])
        else:
            from inkdigits.cli.commands import app

            app()
    except (InkdigitsError, ModuleNotFoundError) as error:
        if "--debug" in sys.argv:
            raise
        print_error(error if isinstance(error, InkdigitsError) else _missing_half(error))
        sys.exit(1)


def _is_plain_reading(arguments: list[str]) -> bool:
    """Tell whether pictures are to be read with no option that takes a value: all others are Typer's."""
    if arguments[:1] != ["read"]:
        return False
    flags = {argument for argument in arguments[1:] if argument.startswith("-")}
    return flags <= {"--single", "--json"} and not flags.issuperset(arguments[1:])


def _read(arguments: list[str]) -> None:
    from pathlib import Path

    from inkdigits.cli.reading import find_pictures, read_files

    try:
        files, found = find_pictures([Path(argument) for argument in arguments if not argument.startswith("-")])
        told = read_files(files, single="--single" in arguments, as_json="--json" in arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever listened has heard enough; flushing at the end must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    if not (found and told):
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
