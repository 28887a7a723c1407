"""`inkdigits recipes`: all recipes in a table, or one in full. Knows nothing of training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.cli.console import print_json, print_table, print_text
from inkdigits.cli.options import JsonOption, SetOption, parse_changes, require_ending
from inkdigits.core.formatting import percent

if TYPE_CHECKING:
    from inkdigits.learn.networks.summary import SummaryRow
    from inkdigits.recipes import Recipe


def recipes(
    name: Annotated[str | None, typer.Argument(metavar="[NAME|FILE.toml]", help="One recipe in full.")] = None,
    diagram: Annotated[
        Path | None, typer.Option("--diagram", metavar="FILE.svg", help="Draw the network into this picture.")
    ] = None,
    classes: Annotated[int, typer.Option("--classes", metavar="N", min=2, help="How many classes the data has.")] = 10,
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the networks, or show one: its layers, parameter counts, source and picture.

    Example: inkdigits recipes mlp-dropout --diagram mlp-dropout.svg
    """
    from inkdigits.recipes import list_recipes, load_recipe
    from inkdigits.recipes.classes import fit_classes

    if diagram is not None:
        require_ending(diagram, (".svg",), option="--diagram")
    if name is None:
        _print_list(list_recipes(), as_json=as_json)
    else:
        recipe = fit_classes(load_recipe(name, parse_changes(set_)), classes)
        _print_recipe(recipe, classes, diagram, as_json=as_json)


def _print_list(found: "list[Recipe]", *, as_json: bool) -> None:
    from inkdigits.learn.networks.summary import summarise

    parameters = {recipe.name: sum(row.parameters for row in summarise(recipe)) for recipe in found}
    if as_json:
        records = [recipe.model_dump(mode="json") | {"parameters": parameters[recipe.name]} for recipe in found]
        print_json({"recipes": records})
        return
    rows = [
        (recipe.name, recipe.title, recipe.length, f"{parameters[recipe.name]:,}", _tutorial_accuracy(recipe))
        for recipe in found
    ]
    print_table("Recipes", ("name", "network", "length", "parameters", "tutorial %"), rows, left=3)
    print_text("One in full: inkdigits recipes NAME", style="dim")


def _print_recipe(recipe: "Recipe", classes: int, diagram: Path | None, *, as_json: bool) -> None:
    from inkdigits.core.atomic import write_text
    from inkdigits.learn.networks.diagram import draw_recipe
    from inkdigits.learn.networks.summary import summarise

    summary = summarise(recipe, classes)
    if diagram:
        write_text(diagram, draw_recipe(recipe, classes))
    if as_json:
        print_json(_record(recipe, summary))
        return
    print_text(recipe.title, style="bold")
    for text in (recipe.description, f"Source: {recipe.source}" if recipe.source else ""):
        if text:
            print_text(text)
    rows = [(row.name, " × ".join(map(str, row.output_shape)), f"{row.parameters:,}") for row in summary]
    total = sum(row.parameters for row in summary)
    print_table("", ("layer", "output shape", "parameters"), [*rows, ("total", "", f"{total:,}")])
    print_text(_training_summary(recipe))
    if diagram:
        print_text(f"Picture: {diagram}")


def _record(recipe: "Recipe", summary: "list[SummaryRow]") -> dict[str, Any]:
    return recipe.model_dump(mode="json") | {
        "parameters": sum(row.parameters for row in summary),
        "summary": [
            {"layer": row.name, "output_shape": list(row.output_shape), "parameters": row.parameters} for row in summary
        ],
    }


def _tutorial_accuracy(recipe: "Recipe") -> str:
    accuracy = recipe.tutorial.accuracy if recipe.tutorial else None
    return "–" if accuracy is None else f"{100 * accuracy:.2f}"


def _training_summary(recipe: "Recipe") -> str:
    from inkdigits.recipes.schema import LOSS_DESCRIPTIONS

    optimizer = recipe.optimizer
    watched = "the test set, watched" if recipe.watch_test else "none"
    if recipe.validation:
        part = "a random" if recipe.shuffle_validation else "the last"
        watched = f"{part} {percent(recipe.validation, 0)} of the training set"
    summed = ", summed over the batch" if recipe.loss_reduction == "sum" else ""
    skipped = (
        f" The first {percent(recipe.skip_first, 1)} of the training set is not used." if recipe.skip_first else ""
    )
    return (
        f"Loss {recipe.loss}{summed}: {LOSS_DESCRIPTIONS[recipe.loss]}\n"
        f"Training: {optimizer.name} {optimizer.learning_rate:g}, {recipe.schedule.name}; "
        f"batch {recipe.batch_size}; {recipe.length}; validation: {watched}.{skipped}"
    )
