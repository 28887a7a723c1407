"""`inkdigits predict --out`: a run's answers for many pictures, as a table. Knows nothing of networks."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from inkdigits.cli.console import print_error, print_json, print_text
from inkdigits.core.errors import PictureError

if TYPE_CHECKING:
    from inkdigits.api import Run

_NAMED = 3
"""How many unreadable pictures are named."""


def predict_many(
    trained: "Run", sources: list[Path], out: Path, changes: Mapping[str, Any], *, skip_bad: bool, as_json: bool
) -> None:
    """Label the pictures of files and folders, and write a table of the answers.

    A picture in which nothing can be read has a line without label, and the exit status is 1.

    Args:
        trained: The run.
        sources: Files and folders of pictures.
        out: The table to write.
        changes: What to change in all pictures, as for `change_images`.
        skip_bad: Whether to leave out unreadable pictures instead, which is no error then.
        as_json: Whether to print one JSON object.

    Raises:
        typer.BadParameter: No pictures are given.
        typer.Exit: Pictures could not be read.
    """
    from inkdigits.data.changes import change_images
    from inkdigits.data.formats.unlabelled import read_pictures
    from inkdigits.learn.evaluation.answers import Answer, answer_images, write_answers

    if not sources:
        raise typer.BadParameter("give the pictures to label: a .csv, .npz or IDX file, a folder, or pictures")
    answers: list[Answer] = []
    for source in sources:
        pictures = read_pictures(source)
        prefix = f"{source}/" if len(sources) > 1 and len(pictures.ids) > 1 else ""
        ids = [f"{prefix}{name}" for name in pictures.ids]
        readable = tuple(name for name, is_readable in zip(ids, pictures.readable, strict=True) if is_readable)
        found = iter(answer_images(trained, readable, change_images(pictures.images, **changes)))
        answers += [
            next(found) if is_readable else Answer(name)
            for name, is_readable in zip(ids, pictures.readable, strict=True)
        ]
    _mention_changes(trained, changes)
    unreadable = [answer.id for answer in answers if not answer.label]
    write_answers([answer for answer in answers if answer.label or not skip_bad], out)
    if as_json:
        print_json({"out": str(out), "pictures": len(answers), "unreadable": len(unreadable)})
    else:
        print_text(f"{len(answers) - len(unreadable):,} answers: {out}")
    if unreadable and not skip_bad:
        more = f" and {len(unreadable) - _NAMED:,} more" if len(unreadable) > _NAMED else ""
        print_error(
            PictureError(
                f"{len(unreadable):,} of {len(answers):,} pictures can't be read: "
                f"{', '.join(unreadable[:_NAMED])}{more}",
                expected="one digit each",
                mend="their lines have no label; remove them, or leave them out with --skip-bad",
            )
        )
        raise typer.Exit(1)


def _mention_changes(trained: "Run", changes: Mapping[str, Any]) -> None:
    """Say on stderr if a run learned from changed pictures and these are taken as they are."""
    learned = trained.folder.metadata["dataset"]["provenance"].get("changes", {})
    missing = [f"--{name}" for name in changes if learned.get(name) and not changes[name]]
    if missing:
        sys.stderr.write(f"note: {trained.path} was trained with {' '.join(missing)}; add it if these need it too\n")
