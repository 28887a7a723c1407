"""`inkdigits data`: what is in a data set. Knows nothing of how it is loaded."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.cli.console import console, print_json, print_text
from inkdigits.cli.options import (
    CentreOption,
    DataDirOption,
    FlipOption,
    InvertOption,
    JsonOption,
    MirrorOption,
    OneClassOption,
    ReviewOption,
    ShiftLabelsOption,
    SkipBadOption,
    TransposeOption,
    require_ending,
)

if TYPE_CHECKING:
    from inkdigits.data.dataset import Dataset, Split

_SAMPLES_PER_CLASS = 10

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".pdf": "PDF"}
"""Pillow's name of the format that an ending stands for."""


def data(
    source: Annotated[
        str,
        typer.Argument(
            metavar="NAME|PATH",
            help="mnist, uci, pendigits, swiss-numbers, uji-penchars, or the path of IDX, .npz, .csv or a folder.",
        ),
    ],
    samples: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw ten digits of each class into this picture.")
    ] = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    one_class: OneClassOption = False,
    review: ReviewOption = None,
    invert: InvertOption = False,
    transpose: TransposeOption = False,
    mirror: MirrorOption = False,
    flip: FlipOption = False,
    centre: CentreOption = False,
    shift_labels: ShiftLabelsOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Show what is in a data set, and what is wrong with it.

    A sample is read with the shipped network to find pictures that are transposed, mirrored, rotated or inverted, and
    labels that are shifted by one. Data is changed only if you ask for it with an option.

    Example: inkdigits data uci --samples digits.png

    Example: inkdigits data pendigits --samples digits.png

    Example: inkdigits data gzip/emnist-digits --transpose
    """
    from inkdigits.data.load import load
    from inkdigits.learn.data_checks.check import check_dataset

    if samples is not None:
        require_ending(samples, tuple(_FORMATS), option="--samples")
    dataset = load(
        source,
        data_dir=data_dir,
        skip_bad=skip_bad,
        one_class=one_class,
        review=review,
        invert=invert,
        transpose=transpose,
        mirror=mirror,
        flip=flip,
        centre=centre,
        shift_labels=shift_labels,
    )
    findings = check_dataset(dataset)
    if samples is not None:
        _draw_samples(dataset, samples)
    if as_json:
        print_json(_record(dataset) | {"findings": [finding.to_dict() for finding in findings]})
    else:
        _print(dataset)
        for finding in findings:
            print_text(f"Found: {finding.describe(for_command=True)}", style="bold")
        if not findings:
            print_text("Found: nothing that looks wrong")
        if samples is not None:
            print_text(f"Samples: {samples}")


def _record(dataset: "Dataset") -> dict[str, Any]:
    provenance = dataset.provenance
    return {
        "name": dataset.name,
        "classes": list(dataset.classes),
        "provenance": {
            "source": provenance.source,
            "sha256": provenance.sha256,
            "notes": list(provenance.notes),
            "folder": provenance.folder,
            "review": provenance.review,
        },
        "train": _split_record(dataset.train, len(dataset.classes)),
        "test": _split_record(dataset.test, len(dataset.classes)),
    }


def _split_record(split: "Split", classes: int) -> dict[str, Any]:
    return {
        "examples": len(split),
        "shape": list(split.images.shape),
        "dtype": str(split.images.dtype),
        "min": int(split.images.min()),
        "max": int(split.images.max()),
        "counts": split.class_counts(classes).tolist(),
        "writers": None if split.writers is None else len(set(split.writers.tolist())),
    }


def _print(dataset: "Dataset") -> None:
    from rich.markup import escape
    from rich.table import Table

    record = _record(dataset)
    splits = ("train", "test")
    shapes = Table("split", "shape", "dtype", "range", "range after scaling", title=escape(dataset.name))
    if record["train"]["writers"]:
        shapes.add_column("writers", justify="right")
    for name in splits:
        part = record[name]
        scaled = f"{part['min'] / 255:g} to {part['max'] / 255:g}"
        shape = " x ".join(f"{length:,}" for length in part["shape"])
        writers = [f"{part['writers']:,}"] if part["writers"] else []
        shapes.add_row(name, shape, part["dtype"], f"{part['min']} to {part['max']}", scaled, *writers)
    console().print(shapes)
    counts = Table("class", title="Digits by class")
    for name in splits:
        counts.add_column(name, justify="right")
    for index, name in enumerate(dataset.classes):
        counts.add_row(escape(name), *(f"{record[split]['counts'][index]:,}" for split in splits))
    counts.add_section()
    counts.add_row("all", *(f"{record[split]['examples']:,}" for split in splits))
    console().print(counts)
    print_text(f"Source: {dataset.provenance.source}")
    if dataset.provenance.folder:
        print_text(f"Found in: {dataset.provenance.folder}")
    for note in dataset.provenance.notes:
        print_text(f"Note: {note}")


def _draw_samples(dataset: "Dataset", path: Path) -> None:
    import io

    import numpy as np

    from inkdigits.core.atomic import write_bytes
    from inkdigits.pictures.grid import draw_grid

    labels = dataset.train.labels
    chosen = np.concatenate(
        [np.flatnonzero(labels == label)[:_SAMPLES_PER_CLASS] for label in range(len(dataset.classes))]
    )
    captions = [dataset.classes[label] for label in labels[chosen]]
    drawn = io.BytesIO()
    sheet = draw_grid(dataset.train.images[chosen], captions, columns=_SAMPLES_PER_CLASS)
    sheet.save(drawn, _FORMATS[path.suffix.lower()])
    write_bytes(path, drawn.getvalue())
