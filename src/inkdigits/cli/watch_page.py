"""A server with a page that shows one training, while the training runs. Knows nothing of training."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from inkdigits.cli.console import open_browser
from inkdigits.core.errors import InkdigitsError


@contextmanager
def watch_page(run: Path) -> Iterator[None]:
    """Serve the page of a run during a block, and say where it is; at a terminal it opens, and stays until Ctrl-C.

    Args:
        run: The run folder, which need not be there yet.

    Yields:
        Nothing.

    Raises:
        InkdigitsError: The server can't be started.
    """
    if find_spec("fastapi") is None:
        raise InkdigitsError(
            "--watch needs the serve half", expected="it installed", mend='run pip install "inkdigits[serve]"'
        )
    command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--runs", str(run.parent)]
    # A session of its own: Ctrl-C stops the training, and the page shows its end.
    with subprocess.Popen(  # noqa: S603  our own command
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        try:
            address = _address(server, run)
            sys.stderr.write(f"Watch: {address}\n")
            if sys.stdin.isatty():
                open_browser(address)
            yield
            if sys.stdin.isatty():
                sys.stderr.write("The page stays open until Ctrl-C.\n")
                with suppress(KeyboardInterrupt):
                    server.wait()
        finally:
            server.terminate()


def _address(server: subprocess.Popen[str], run: Path) -> str:
    assert server.stdout is not None
    line = server.stdout.readline()
    if not line:
        raise InkdigitsError("the page can't be served", expected="a free port", mend="see the message above")
    return f"{line.split()[0]}#learn/{quote(run.name)}"
