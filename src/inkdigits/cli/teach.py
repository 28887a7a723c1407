"""`inkdigits teach`: adapt the reader to its user's corrections. Knows nothing of training."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from inkdigits.cli.console import print_json, print_text
from inkdigits.cli.options import JsonOption, UserDataDirOption
from inkdigits.core.errors import InkdigitsError


def teach(
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="NAME|PATH",
            help="What it must not forget: mnist, uci or your own; by default mnist where it is on this machine, "
            "or else uci.",
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="FILE.onnx", help="Teach this exported network in place of the shipped one."),
    ] = None,
    data_dir: UserDataDirOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Use what was taught without asking.")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Only use what was taught before and waits.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Only go back to the network from before.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Teach the reader the corrections made on the page of `inkdigits serve`.

    What was taught is measured beside the network in use, and used only after a yes; `inkdigits serve` and this
    command use it, `inkdigits read` where it is named with --model.

    Example: inkdigits teach

    Example: inkdigits teach --back
    """
    from inkdigits.corrections.model_registry import ModelRegistry, registry_dir
    from inkdigits.corrections.store import default_data_dir

    folder = data_dir or default_data_dir()
    networks = ModelRegistry(registry_dir(folder, model))
    if accept or back:
        _require(networks.accept() if accept else networks.rollback(), folder)
        _print_state(networks.current, model, {}, as_json=as_json)
        return
    result = _teach(folder, data, model)
    if not as_json:
        _print_accuracies(result)
    if yes or (not as_json and sys.stdin.isatty() and typer.confirm("Use the new one?")):
        networks.accept()
    _print_state(networks.current, model, result, as_json=as_json, waits=networks.state.candidate is not None)


def _teach(folder: Path, data: str | None, model: Path | None) -> dict[str, Any]:
    from contextlib import ExitStack

    from inkdigits.core.progress import track
    from inkdigits.learn.adaptation.adapt import adapt
    from inkdigits.learn.adaptation.recipe import STEPS

    replay = None
    if data is not None:
        from inkdigits.data.load import load

        replay = load(data)
    with ExitStack() as stack:
        advance, done = None, 0

        def progress(share: float, _: str) -> None:
            nonlocal advance, done
            # Only where there is something to teach: not before an error.
            advance = advance or stack.enter_context(track("Teaching", STEPS, unit="steps"))
            advance(int(STEPS * share) - done)
            done = int(STEPS * share)

        return adapt(folder, progress, base=model, replay=replay)


def _require(done: bool, folder: Path) -> None:
    if not done:
        raise InkdigitsError(
            f"nothing in {folder} waits for that", expected="a network that was taught", mend="run `inkdigits teach`"
        )


def _print_accuracies(result: dict[str, Any]) -> None:
    for name, title in (("mnist", f"{result['mnist']['name']} test"), ("corrections", "corrections held back")):
        figures = result[name]
        if figures["examples"]:
            print_text(
                f"{title}: {figures['old']:.2%} before, {figures['new']:.2%} after ({figures['examples']:,} digits)"
            )


def _print_state(
    current: Path | None, model: Path | None, result: dict[str, Any], *, as_json: bool, waits: bool = False
) -> None:
    if as_json:
        print_json(result | {"in_use": str(current) if current else None, "waits": waits})
        return
    if waits:
        print_text("kept; use it with `inkdigits teach --accept`, or decide on the page")
    print_text(f"in use: {current or model or 'the shipped network'}")
