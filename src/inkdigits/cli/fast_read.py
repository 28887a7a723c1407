"""`inkdigits read` without Typer, for its most frequent uses: pictures with no option but --single and --json.

Typer, and pydantic with which it converts arguments, take 0.13 to 0.20 s of processor time to import: half as long as
the rest of the command. All other uses, and all errors of usage, are left to Typer.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from inkdigits.cli.console import INTERRUPTED

_FLAGS = {"--single", "--json"}


def accepts(arguments: Sequence[str]) -> bool:
    """Tell whether a command line is `read` with at least one picture and no other options than these two.

    Args:
        arguments: The words after `inkdigits`.

    Examples:
        >>> accepts(["read", "--json", "a.png"]), accepts(["read", "--show", "b.png", "a.png"]), accepts(["read"])
        (True, False, False)
    """
    if arguments[:1] != ["read"]:
        return False
    flags = {argument for argument in arguments[1:] if argument.startswith("-")}
    return flags <= _FLAGS and not flags.issuperset(arguments[1:])


def run(arguments: Sequence[str]) -> None:
    """Read the pictures and print what they say; exit as Typer would.

    Args:
        arguments: The words after `inkdigits`, of which `accepts` is true.
    """
    from inkdigits.cli.picture_paths import find_pictures
    from inkdigits.cli.read_files import read_files

    paths = [Path(argument) for argument in arguments[1:] if not argument.startswith("-")]
    try:
        files, all_found = find_pictures(paths)
        all_read = read_files(files, single="--single" in arguments, as_json="--json" in arguments)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of the pipe has gone. Python flushes stdout at exit, which must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    if not (all_found and all_read):
        sys.exit(1)
