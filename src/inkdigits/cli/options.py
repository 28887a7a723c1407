"""Options that several commands share, each written once. Knows no command."""

from pathlib import Path
from typing import Annotated, Any

import typer

DataOption = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="NAME|PATH",
        help="mnist, uci, pendigits, swiss-numbers, uji-penchars, or a file or folder of your own.",
    ),
]
OtherDataOption = Annotated[
    str | None,
    typer.Option("--data", metavar="NAME|PATH", help="Use this data instead of what the run was trained on."),
]
DataDirOption = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="FOLDER", help="Folder to search first for a named data set."),
]
UserDataDirOption = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="FOLDER",
        help="Folder of corrections and taught networks, instead of the default one.",
    ),
]
ModelsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--model",
        metavar="FILE.onnx",
        help="A network from `inkdigits export` to use instead of the shipped one. Repeatable: one for single digits, "
        "and one to three for lines.",
    ),
]
SkipBadOption = Annotated[
    bool, typer.Option("--skip-bad", help="Skip pictures that can't be opened, instead of stopping with an error.")
]
_CHANGES = "Change all pictures or labels"
InvertOption = Annotated[bool, typer.Option("--invert", help="Swap ink and paper.", rich_help_panel=_CHANGES)]
TransposeOption = Annotated[
    bool, typer.Option("--transpose", help="Swap rows and columns, as EMNIST's files need.", rich_help_panel=_CHANGES)
]
MirrorOption = Annotated[bool, typer.Option("--mirror", help="Swap left and right.", rich_help_panel=_CHANGES)]
FlipOption = Annotated[bool, typer.Option("--flip", help="Swap top and bottom.", rich_help_panel=_CHANGES)]
CentreOption = Annotated[
    bool, typer.Option("--centre", help="Bring each digit to MNIST's size and position.", rich_help_panel=_CHANGES)
]
ShiftLabelsOption = Annotated[
    int,
    typer.Option("--shift-labels", metavar="N", help="Add N to each label.", rich_help_panel=_CHANGES),
]
ReviewOption = Annotated[
    Path | None,
    typer.Option(
        "--review", metavar="FILE", help="Apply the label decisions in this file, made with `inkdigits review`."
    ),
]
OneClassOption = Annotated[bool, typer.Option("--one-class", help="Allow data with a single class.")]
DeviceOption = Annotated[str, typer.Option("--device", metavar="DEVICE", help="auto, cpu, cuda or mps.")]
PrecisionOption = Annotated[
    str,
    typer.Option(
        "--precision",
        metavar="PRECISION",
        help="auto, fp32 or bf16; auto means bf16 for large networks on processors that support it.",
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads",
        metavar="N",
        min=1,
        help="Number of threads; by default up to one for each core, as many as are faster at the moment.",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        help="Number of training processes. Default: as many as save time here, or one for each core of a cluster.",
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option("--address", metavar="RAY", help="Train on a Ray cluster: auto or ray://HOST:PORT."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one machine-readable JSON object.")]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A folder made by `inkdigits train`.")]
RecipeArgument = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A name from `inkdigits recipes`, or a TOML file.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change any key of the recipe, e.g. optimizer.learning_rate=0.01; repeatable.",
    ),
]
SplitOption = Annotated[str, typer.Option("--split", metavar="SPLIT", help="test, validation or train.")]


def parse_changes(settings: list[str] | None) -> dict[str, Any]:
    """Return the values of `--set` by recipe key.

    Args:
        settings: Each is KEY=VALUE; None for no `--set`.

    Raises:
        RecipeError: One has no `=`.
    """
    from inkdigits.recipes.load import parse_change

    return dict(parse_change(setting) for setting in settings or [])


def require_ending(path: Path, endings: tuple[str, ...], *, option: str) -> None:
    """Refuse a file whose ending promises another format than is written.

    Args:
        path: The file to write.
        endings: The endings that are possible, in lower case with their dot.
        option: The option that names it.

    Raises:
        InkdigitsError: It has another ending.
    """
    from inkdigits.core.errors import InkdigitsError

    if path.suffix.lower() not in endings:
        raise InkdigitsError(
            f"{option} {path}",
            expected=f"a file that ends in {' or '.join(endings)}",
            mend=f"name it {path.with_suffix(endings[0])}" if path.name else "name a file",
        )
