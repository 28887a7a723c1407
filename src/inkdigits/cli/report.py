"""`inkdigits report`."""

from inkdigits.cli.console import output
from inkdigits.cli.messages import print_json
from inkdigits.cli.options import DataDirOption, JsonOption, OtherDataOption, RunArgument, SkipBadOption


def report(
    run: RunArgument,
    data: OtherDataOption = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write RUN/report.html: one page with curves, figures and every misread digit, and why.

    Example: inkdigits report runs/mlp-dropout
    """
    from inkdigits.api import Run

    path = Run(run, data=data, data_dir=data_dir, skip_bad=skip_bad).report()
    if as_json:
        print_json({"run": str(run), "report": str(path), "bytes": path.stat().st_size})
    else:
        output.print(f"Report: {path}", markup=False)
