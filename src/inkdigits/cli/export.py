"""`inkdigits export`: a run as an ONNX file. Knows nothing of ONNX."""

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.console import print_json, print_text
from inkdigits.cli.options import DataDirOption, JsonOption, OtherDataOption, RunArgument
from inkdigits.core.formatting import percent


def export(
    run: RunArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE.onnx", help="The file to write.")],
    half: Annotated[bool, typer.Option("--half", help="Keep weights with 16 bits: half the size.")] = False,
    temperature: Annotated[
        float | None,
        typer.Option(
            "--temperature",
            min=0.01,
            max=100,
            help="Divide logits by this (above 1 is less sure); by default what fits the held-back digits.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    data: OtherDataOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a run as one ONNX file that `inkdigits read --model` uses, and any ONNX Runtime can run.

    The file is written only if ONNX Runtime reads a thousand digits as torch does. It takes float32 (N, 1, 28, 28) in
    0 to 1, white on black, and returns logits; docs/reference/onnx.md runs it in Python and in JavaScript.

    Example: inkdigits export runs/cnn cnn.onnx --half
    """
    from inkdigits.api import Run
    from inkdigits.learn.export.export import export_run

    trained = Run(run, data=data, data_dir=data_dir)
    made = export_run(trained, file, half=half, temperature=temperature, overwrite=overwrite)
    measured = made.metadata.measured
    if as_json:
        print_json(
            {
                "file": str(made.path),
                "bytes": made.size,
                "difference": made.difference,
                "measured": measured,
                "classes": made.metadata.classes,
                "temperature": made.metadata.temperature,
                "input": made.metadata.input,
                "output": made.metadata.output,
            },
        )
        return
    print_text(
        f"{made.path}: {made.size:,} bytes, within {made.difference:.1g} of torch; "
        f"{percent(measured['accuracy'])} on {measured['examples']:,} of {measured['split']}",
    )
    print_text(f"takes {made.metadata.input}")
    print_text(f"returns {made.metadata.output}")
