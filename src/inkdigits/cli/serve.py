"""`inkdigits serve`: the drawing page and the HTTP interface. Imports nothing of the learn half."""

import gc
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.console import open_browser
from inkdigits.cli.options import ModelsOption, UserDataDirOption


def serve(
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="The port; 0 means any free port.")
    ] = 8000,
    model: ModelsOption = None,
    data_dir: UserDataDirOption = None,
    review: Annotated[
        Path | None,
        typer.Option("--review", metavar="PAGE.html", help="Serve this page of `inkdigits review` at /review."),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(
            "--decisions", metavar="FILE", help="Where to save the decisions made there; by default beside the page."
        ),
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option("--runs", metavar="FOLDER", help="Folder for the runs of the tab Learn; by default runs/."),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Don't open the browser.")] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only read: no corrections, no teaching, no files written.")
    ] = False,
) -> None:
    """Open a page in the browser: draw digits, see them read, correct errors, teach the reader, and train networks.

    The same server answers programs over HTTP. Ctrl-C finishes the requests in progress and stops the server; a
    training that was started on the page continues.

    Example: inkdigits serve

    Example: inkdigits serve --port 9000 --no-open --read-only

    Example: inkdigits serve --review uci-test-review.html --decisions uci.review.csv
    """
    # Imported modules stay until the end. Collecting garbage among them would slow the start and delay some answers
    # by tens of milliseconds, so the collector begins after the imports and leaves them out.
    gc.disable()
    from inkdigits.serve.run import Server
    from inkdigits.serve.settings import Settings

    settings = Settings(host, port, model or None, read_only=read_only, review=review, decisions=decisions)
    if data_dir is not None:
        settings = replace(settings, data_dir=data_dir)
    if runs is not None:
        settings = replace(settings, runs=runs)
    if not settings.is_local:
        changes = "" if read_only else ", correct and teach (--read-only forbids that)"
        sys.stderr.write(f"warning: everyone who reaches {host} can read pictures here{changes}\n")

    def announce(address: str) -> None:
        gc.freeze()
        gc.enable()
        sys.stdout.write(f"{address}  (Ctrl-C ends it)\n")
        sys.stdout.flush()
        if not no_open:
            open_browser(address if review is None else f"{address.rstrip('/')}/review")

    Server(settings, announce).serve_until_stopped()
