"""`inkdigits report`: a run as a web page. Knows nothing of HTML."""

from typing import Annotated, Literal

import typer

from inkdigits.cli.console import print_json, print_text
from inkdigits.cli.options import DataDirOption, JsonOption, OtherDataOption, RunArgument, SkipBadOption

Language = Literal["en", "ko"]


def report(
    run: RunArgument,
    data: OtherDataOption = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    language: Annotated[
        Language, typer.Option("--language", help="What the page is in: en, or ko for RUN/report.ko.html in Korean.")
    ] = "en",
    as_json: JsonOption = False,
) -> None:
    """Write RUN/report.html: one page with curves, figures and every misread digit, and why.

    Example: inkdigits report runs/mlp-dropout

    Example: inkdigits report runs/mlp-dropout --language ko
    """
    from inkdigits.api import Run

    path = Run(run, data=data, data_dir=data_dir, skip_bad=skip_bad).report(language=language)
    if as_json:
        print_json({"run": str(run), "report": str(path), "bytes": path.stat().st_size})
    else:
        print_text(f"Report: {path}")
