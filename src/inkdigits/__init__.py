"""Train networks to recognise handwritten digits, see why they fail, and read digits in pictures.

    import inkdigits

    data = inkdigits.load("uci")
    run = inkdigits.train("mlp-dropout", data, seed=1)
    run.evaluate("test").accuracy; run.mistakes("test"); run.report()
    inkdigits.Reader().read("cheque.png").text

A name is imported when it is first used, so `import inkdigits` is fast and does not need torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from inkdigits.core.display import VIEWS
from inkdigits.core.errors import InkdigitsError
from inkdigits.core.machine.waiting import limit_spinning
from inkdigits.version import __version__

if TYPE_CHECKING:
    from inkdigits import layers, optimizers
    from inkdigits.api import Run, compare, load_digit, train
    from inkdigits.classifier import DigitClassifier
    from inkdigits.data.dataset import Dataset, Split
    from inkdigits.learn.data_checks.checked_load import load
    from inkdigits.read.bulk.read_many import read_many
    from inkdigits.read.reader import Reader
    from inkdigits.recipes.load import list_recipes, load_recipe
    from inkdigits.recipes.objects.arguments import make_recipe

__all__ = [
    "Dataset",
    "DigitClassifier",
    "InkdigitsError",
    "Reader",
    "Run",
    "Split",
    "__version__",
    "compare",
    "layers",
    "list_recipes",
    "load",
    "load_digit",
    "load_recipe",
    "make_recipe",
    "optimizers",
    "read_many",
    "train",
]

_MODULES = {
    "Dataset": "inkdigits.data.dataset",
    "DigitClassifier": "inkdigits.classifier",
    "Reader": "inkdigits.read.reader",
    "Run": "inkdigits.api",
    "Split": "inkdigits.data.dataset",
    "compare": "inkdigits.api",
    "list_recipes": "inkdigits.recipes.load",
    "load": "inkdigits.learn.data_checks.checked_load",
    "load_digit": "inkdigits.api",
    "load_recipe": "inkdigits.recipes.load",
    "make_recipe": "inkdigits.recipes.objects.arguments",
    "read_many": "inkdigits.read.bulk.read_many",
    "train": "inkdigits.api",
}

_SUBMODULES = ("layers", "optimizers")


VIEWS.update(
    {
        "inkdigits.data.dataset.Dataset": "inkdigits.display.data.DatasetView",
        "inkdigits.data.dataset.Split": "inkdigits.display.data.SplitView",
        "inkdigits.learn.evaluation.comparison.records.Comparison": "inkdigits.display.comparison.ComparisonView",
        "inkdigits.learn.evaluation.metrics.Evaluation": "inkdigits.display.evaluation.EvaluationView",
        "inkdigits.learn.evaluation.run_mistakes.MistakeOfRun": "inkdigits.display.mistakes.MistakeView",
        "inkdigits.learn.evaluation.run_mistakes.Mistakes": "inkdigits.display.mistakes.MistakesView",
        "inkdigits.learn.evaluation.trained_run.TrainedRun": "inkdigits.display.training.RunView",
        "inkdigits.learn.networks.build.TrainedNetwork": "inkdigits.display.recipe.NetworkView",
        "inkdigits.read.result.Reading": "inkdigits.display.reading.ReadingView",
        "inkdigits.recipes.schema.Recipe": "inkdigits.display.recipe.RecipeView",
        "inkdigits.runs.history.History": "inkdigits.display.training.HistoryView",
    }
)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        limit_spinning()  # before torch is imported, if it is for this name
        return getattr(import_module(_MODULES[name]), name)
    if name in _SUBMODULES:
        return import_module(f"inkdigits.{name}")
    raise AttributeError(f"module 'inkdigits' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
