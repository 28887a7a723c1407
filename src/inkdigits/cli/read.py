"""`inkdigits read`: read the digits in pictures. Imports nothing of the learn half."""

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.options import JsonOption, ModelsOption, UserDataDirOption
from inkdigits.cli.picture_paths import find_pictures
from inkdigits.cli.read_bulk import print_bulk
from inkdigits.cli.read_files import read_files
from inkdigits.core.atomic import storage_errors

_MANY = "Many pictures"


def read(
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE...",
            help="Pictures, PDFs, folders of them, or - for standard input. With --out also wildcards, zip and "
            "tar archives, tables, lists of files, and web addresses.",
        ),
    ],
    single: Annotated[bool, typer.Option("--single", help="Each picture is one digit.")] = False,
    model: ModelsOption = None,
    adapted: Annotated[
        bool, typer.Option("--adapted", help="Read with the networks that `inkdigits teach` adapted and you accepted.")
    ] = False,
    data_dir: UserDataDirOption = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            "--min-confidence",
            metavar="P",
            min=0,
            max=1,
            help="Leave out lines with a lower confidence, which is the probability that the line is right. "
            "Default: 0.5.",
        ),
    ] = None,
    max_error: Annotated[
        float | None,
        typer.Option(
            "--max-error",
            metavar="E",
            min=0,
            max=1,
            help="Set the confidence limit so that about this share of the answers is wrong: 0.01 means one in a "
            "hundred. It was fitted on synthetic pages, so unusual writing has more errors.",
        ),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option(
            "--pattern",
            metavar="P",
            help=r"Read the most likely text that fits this regular expression, such as '\d{10}' or '\d{2}/\d{2}'. It "
            "may have digits, signs, sets, groups, | and counts: docs/how-to/patterns.md.",
        ),
    ] = None,
    best: Annotated[
        int | None,
        typer.Option(
            "--best",
            metavar="N",
            min=1,
            max=100,
            help="Print the N most likely texts of each line with their confidence; in --json they are `candidates`.",
        ),
    ] = None,
    handwritten: Annotated[
        bool,
        typer.Option("--handwritten", help="Leave out printed digits, where they can be told from handwritten ones."),
    ] = False,
    show: Annotated[
        Path | None,
        typer.Option(
            "--show",
            metavar="OUT.png",
            help="Draw what was read, one picture for each page. For several pictures OUT is a folder.",
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            metavar="OUT.csv",
            help="Write tables as CSV; several tables become OUT-1.csv, OUT-2.csv and so on.",
        ),
    ] = None,
    as_json: JsonOption = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.jsonl|.csv|.parquet",
            help="Read many pictures in several processes, and write a row for each.",
            rich_help_panel=_MANY,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help="Number of processes; by default one for each core.",
            rich_help_panel=_MANY,
        ),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="auto|ray://HOST:PORT",
            help="Read on the machines of this Ray cluster instead.",
            rich_help_panel=_MANY,
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Continue a job that was stopped or killed.", rich_help_panel=_MANY),
    ] = False,
    column: Annotated[
        str | None,
        typer.Option(
            "--column",
            metavar="NAME",
            help="The column of a .csv or .parquet file with paths or image bytes.",
            rich_help_panel=_MANY,
        ),
    ] = None,
) -> None:
    r"""Read the handwritten digits in pictures: a line of text for each line of writing.

    Writing that is left out of the text is counted on stderr; --show and --json give the reason for each.

    Example: inkdigits read cheque.jpg

    Example: inkdigits read --single --json digits/

    Example: inkdigits read sheet.png --show seen.png

    Example: inkdigits read sheet.png --max-error 0.01

    Example: inkdigits read --adapted letter.jpg

    Example: inkdigits read form.jpg --table marks.csv

    Example: inkdigits read scans/ archive.zip --out answers.parquet --workers 4

    Example: inkdigits read phone.jpg --pattern '0\d{9}' --best 3

    Example: inkdigits read --handwritten form.jpg
    """
    if min_confidence is not None and max_error is not None:
        raise typer.BadParameter("--min-confidence and --max-error were both given: give one of them")
    if data_dir is not None and not adapted:
        raise typer.BadParameter("--data-dir is where adapted networks are: add --adapted")
    use_adapted: bool | Path = data_dir if adapted and data_dir is not None else adapted
    many = {"--workers": workers, "--address": address, "--resume": resume or None, "--column": column}
    if out is not None:
        if show is not None or table is not None:
            raise typer.BadParameter("--out excludes --show and --table: give one of them")
        if "-" in images:
            raise typer.BadParameter("--out reads files and no standard input: give a list of files, list.txt")
        from inkdigits.read.bulk.read_many import read_many

        done = read_many(
            images,
            out,
            workers=workers,
            address=address,
            resume=resume,
            column=column,
            single=single,
            model=model,
            adapted=use_adapted,
            min_confidence=min_confidence,
            max_error=max_error,
            pattern=pattern,
            best=best,
            handwritten=handwritten,
        )
        print_bulk(done, out, as_json=as_json)
        return
    without_out = [name for name, value in many.items() if value is not None]
    if without_out:
        raise typer.BadParameter(f"{without_out[0]} is for many pictures: add --out answers.jsonl")
    files, all_found = find_pictures([Path(image) for image in images])
    drawings = _drawing_paths(show, files)
    if table is not None and table.suffix.lower() != ".csv":
        raise typer.BadParameter(f"{table}: tables are written as CSV, so the name ends in .csv")
    all_read = read_files(
        files,
        drawings=drawings,
        table=table,
        single=single,
        as_json=as_json,
        model=model,
        adapted=use_adapted,
        min_confidence=min_confidence,
        max_error=max_error,
        pattern=pattern,
        best=best,
        handwritten=handwritten,
    )
    if not (all_found and all_read):
        raise typer.Exit(1)


def _drawing_paths(show: Path | None, files: list[Path]) -> list[Path]:
    """Return the path of each file's drawing, empty without --show; make the folder for several."""
    if show is None:
        return []
    into_folder = show.is_dir() or not show.suffix
    if not into_folder and len(files) > 1:
        raise typer.BadParameter(f"{len(files)} pictures need a folder: --show {show.with_suffix('')}")
    if not into_folder and show.suffix.lower() != ".png":
        raise typer.BadParameter(f"{show}: the picture is a PNG, so its name ends in .png")
    paths = _distinct([show / f"{file.name}.png" for file in files]) if into_folder else [show]
    for path in paths:
        if path.exists() and any(file.exists() and path.samefile(file) for file in files):
            raise typer.BadParameter(f"{path} is a picture to read: choose another name")
    if into_folder:
        with storage_errors(show):
            show.mkdir(parents=True, exist_ok=True)
    return paths


def _distinct(paths: list[Path]) -> list[Path]:
    """Number the drawings of pictures that have the same name in different folders."""
    distinct: dict[Path, None] = {}
    for path in paths:
        free, number = path, 1
        while free in distinct:
            number += 1
            free = path.with_stem(f"{path.stem}-{number}")
        distinct[free] = None
    return list(distinct)
