"""`python -m inkdigits.learn.adaptation DATA_DIR [MODEL...]`: an adaptation in a process of its own, for a server.

It writes its progress to standard output, one line of JSON at a time: {"progress": 0 … 1, "message": …}. An error is
one line on standard error, and the exit status 1. Knows nothing of servers.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from inkdigits.core.errors import InkdigitsError

_NICENESS = 5
"""Readers that answer requests come first."""

_INTERRUPTED = 130
"""The exit status after SIGINT or SIGTERM."""


def main() -> None:
    """Adapt the networks and write the progress."""
    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_NICENESS)
    _write_progress(0.0, "starting")
    try:
        # Torch takes seconds to import: by now there is progress to see.
        from inkdigits.learn.adaptation.adapt import adapt  # noqa: PLC0415

        data_dir, *bases = map(Path, sys.argv[1:])
        adapt(data_dir, _write_progress, bases=bases)
    except BrokenPipeError:
        os._exit(1)  # the server that asked for it is gone
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except InkdigitsError as error:
        sys.exit(f"error: {' '.join(str(error).split())}")


def _write_progress(share: float, message: str) -> None:
    sys.stdout.write(json.dumps({"progress": round(share, 4), "message": message}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
