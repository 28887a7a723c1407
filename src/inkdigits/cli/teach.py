"""`inkdigits teach`: adapt the reader to its user's hand. Knows nothing of training."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.cli.console import print_json, print_text
from inkdigits.cli.options import JsonOption, ModelsOption, UserDataDirOption
from inkdigits.core.errors import InkdigitsError
from inkdigits.core.formatting import percent

if TYPE_CHECKING:
    from inkdigits.corrections.model_registry import ModelRegistry

_PROGRESS_UNITS = 100

_MOST_TOLD = 5
"""So many of the rows that can't be used are described on stderr."""


def teach(
    digits: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="Pictures of single digits to learn, in sub-folders named 0 to 9.",
        ),
    ] = None,
    lines: Annotated[
        Path | None,
        typer.Option(
            "--lines",
            metavar="LABELS.csv",
            help="Lines to learn: a table with the columns file (a picture of one line, beside the table) and text.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="NAME|PATH",
            help="Digits that the reader must not forget: mnist, uci or your own. By default mnist if it is on this "
            "machine, else uci.",
        ),
    ] = None,
    model: ModelsOption = None,
    data_dir: UserDataDirOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Use the new networks without asking.")] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Use the networks of the last teaching, which await your decision."),
    ] = False,
    back: Annotated[bool, typer.Option("--back", "--undo", help="Go back to the networks used before.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Teach the reader one person's handwriting: from corrections made on the page, and from labelled digits and lines.

    The page is that of `inkdigits serve`. Pictures given here are kept together with its corrections. The networks
    learn from all of them but a fifth, which is held back to compare old and new networks. Each teaching starts from
    the shipped networks. If you accept the new networks, `inkdigits serve` and `inkdigits read --adapted` use them.

    Example: inkdigits teach

    Example: inkdigits teach --lines letters/labels.csv

    Example: inkdigits teach my-digits/ --yes

    Example: inkdigits teach --back
    """
    from inkdigits.corrections.model_registry import ModelRegistry
    from inkdigits.user_data.folder import default_data_dir, registry_dir

    folder = data_dir or default_data_dir()
    networks = ModelRegistry(registry_dir(folder, model))
    if accept or back:
        _require(networks.accept() if accept else networks.rollback(), folder)
        _print_state(networks, model, {}, as_json=as_json)
        return
    kept = _keep(folder, lines, digits, as_json=as_json)
    result = kept | _teach(folder, data, model)
    if not as_json:
        _print_figures(result)
    if yes or (not as_json and sys.stdin.isatty() and typer.confirm("Use them?", default=result["recommended"])):
        networks.accept()
    _print_state(networks, model, result, as_json=as_json)


def _keep(folder: Path, lines: Path | None, digits: Path | None, *, as_json: bool) -> dict[str, Any]:
    """Keep what was given beside the corrections, and tell what can't be used."""
    kept: dict[str, Any] = {}
    if lines is not None:
        from inkdigits.core.progress import track
        from inkdigits.learn.adaptation.lines.label_file import import_lines, read_label_file

        with track("Reading lines", len(read_label_file(lines)), unit="lines") as advance:
            imported = import_lines(lines, folder, advance)
        kept["kept_lines"] = {"new": imported.added, "known": imported.known, "problems": list(imported.problems)}
        for problem in imported.problems[:_MOST_TOLD]:
            sys.stderr.write(f"left out: {problem}\n")
        if len(imported.problems) > _MOST_TOLD:
            sys.stderr.write(f"and {len(imported.problems) - _MOST_TOLD} more were left out\n")
        if not as_json:
            print_text(f"{imported.added} lines are kept with your corrections, {imported.known} were there before")
    if digits is not None:
        from inkdigits.core.progress import track
        from inkdigits.corrections.store import CorrectionStore
        from inkdigits.data.load import load
        from inkdigits.learn.adaptation.digit_folder import import_digits

        dataset = load(digits)
        with track("Reading digits", len(dataset.train) + len(dataset.test), unit="digits") as advance:
            added = import_digits(dataset, CorrectionStore(folder), advance)
        kept["kept_digits"] = {"new": added}
        if not as_json:
            print_text(f"{added} digits are kept with your corrections")
    return kept


def _teach(folder: Path, data: str | None, models: list[Path] | None) -> dict[str, Any]:
    from contextlib import ExitStack

    from inkdigits.core.progress import track
    from inkdigits.learn.adaptation.adapt import adapt

    replay = None
    if data is not None:
        from inkdigits.data.load import load

        replay = load(data)
    with ExitStack() as stack:
        advance, done = None, 0

        def progress(share: float, _: str) -> None:
            nonlocal advance, done
            # Only where there is something to teach: not before an error.
            advance = advance or stack.enter_context(track("Teaching", _PROGRESS_UNITS, unit="%"))
            advance(int(_PROGRESS_UNITS * share) - done)
            done = int(_PROGRESS_UNITS * share)

        return adapt(folder, progress, bases=models or (), replay=replay)


def _require(done: bool, folder: Path) -> None:
    if not done:
        raise InkdigitsError(
            f"nothing in {folder} waits for that", expected="networks that were taught", mend="run `inkdigits teach`"
        )


def _print_figures(result: dict[str, Any]) -> None:
    known = result["mnist"]["name"]
    for title, figures, unit in (
        ("lines held back", result["lines"], "lines"),
        ("digits held back", result["corrections"], "digits"),
        ("lines learned", result["learned"]["lines"], "lines"),
        ("digits learned", result["learned"]["digits"], "digits"),
        ("lines of other people", result["composed"], "composed lines"),
        (f"{known} test", result["mnist"], "digits"),
    ):
        if figures["examples"]:
            old, new = percent(figures["old"]), percent(figures["new"])
            print_text(f"{title}: {old} before, {new} after ({figures['examples']:,} {unit})")
    if not result["recommended"]:
        forgets = result["reason"] == "forgets"
        print_text("better keep the old ones: " + ("known writing is lost" if forgets else "nothing is read better"))


def _print_state(
    networks: "ModelRegistry", models: list[Path] | None, result: dict[str, Any], *, as_json: bool
) -> None:
    current, waits = networks.current, networks.state.candidate is not None
    if as_json:
        in_use = str(networks.folder / current.name) if current else None
        print_json(result | {"in_use": in_use, "waits": waits})
        return
    if waits:
        print_text("kept; use them with `inkdigits teach --accept`, or decide on the page")
    given = ", ".join(map(str, models or ())) or "the shipped networks"
    print_text(f"in use: {f'networks adapted {current.described}' if current else given}")
