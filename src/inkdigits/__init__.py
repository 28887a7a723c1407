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

from inkdigits.core.errors import InkdigitsError
from inkdigits.version import __version__

if TYPE_CHECKING:
    from inkdigits.api import Run, load_digit, train
    from inkdigits.data.dataset import Dataset, Split
    from inkdigits.learn.data_checks.checked_load import load
    from inkdigits.read.reader import Reader
    from inkdigits.recipes.load import list_recipes, load_recipe

__all__ = [
    "Dataset",
    "InkdigitsError",
    "Reader",
    "Run",
    "Split",
    "__version__",
    "list_recipes",
    "load",
    "load_digit",
    "load_recipe",
    "train",
]

_MODULES = {
    "Dataset": "inkdigits.data.dataset",
    "Reader": "inkdigits.read.reader",
    "Run": "inkdigits.api",
    "Split": "inkdigits.data.dataset",
    "list_recipes": "inkdigits.recipes.load",
    "load": "inkdigits.learn.data_checks.checked_load",
    "load_digit": "inkdigits.api",
    "load_recipe": "inkdigits.recipes.load",
    "train": "inkdigits.api",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'inkdigits' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
