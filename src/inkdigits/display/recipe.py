"""What is shown of a recipe and of a network: layers with shapes and parameters, the diagram. Knows no training."""

from collections.abc import Sequence

from torch import nn

from inkdigits.core.display import Columns, Drawing
from inkdigits.data.dataset import DIGITS
from inkdigits.display.markup import card, chart_for_cell, svg_drawing, table
from inkdigits.learn.networks.build import module_rows
from inkdigits.learn.networks.diagram import draw_diagram
from inkdigits.learn.networks.summary import SummaryRow, summarise
from inkdigits.recipes import Recipe, input_shape
from inkdigits.recipes.shapes import Shape


class _LayersView:
    def __init__(self, rows: Sequence[SummaryRow], title: str, note: str, shape: Shape) -> None:
        self._rows, self._title, self._note, self._shape = rows, title, note, shape

    def html(self) -> str:
        """Return the diagram and the table of layers."""
        return card(self._title, chart_for_cell(self._diagram()), table(self.columns()), note=self._note)

    def picture(self) -> Drawing:
        """Return the diagram."""
        return svg_drawing([self._diagram()], self._title)

    def chart(self) -> Drawing:
        """Return the diagram."""
        return self.picture()

    def columns(self) -> Columns:
        """Return the layers with their output shapes and numbers of parameters."""
        return {
            "layer": [row.name for row in self._rows],
            "output": ["x".join(map(str, row.output_shape)) for row in self._rows],
            "parameters": [row.parameters for row in self._rows],
        }

    def _diagram(self) -> str:
        return draw_diagram(self._rows, self._title, self._shape) if self._rows else ""


class RecipeView(_LayersView):
    """What is shown of a recipe.

    Args:
        recipe: What to show.
    """

    def __init__(self, recipe: Recipe) -> None:
        # A recipe knows no data; its last layer says how many classes it was written for.
        classes = len(DIGITS) if recipe.reads_lines else _outputs(recipe)
        rows = summarise(recipe, classes) if recipe.layers else []
        settings = f"{recipe.optimizer.name} {recipe.optimizer.learning_rate:g}, batch size {recipe.batch_size}"
        super().__init__(rows, recipe.title, f"{settings}, {recipe.length}", input_shape(lines=recipe.reads_lines))


class NetworkView(_LayersView):
    """What is shown of a torch module.

    Args:
        network: What to show: from float32 (N, 1, 28, 28) to logits (N, classes).
    """

    def __init__(self, network: nn.Module) -> None:
        rows = module_rows(network)
        note = f"{sum(row.parameters for row in rows):,} parameters"
        super().__init__(rows, "The trained network", note, input_shape(lines=False))


def _outputs(recipe: Recipe) -> int:
    sizes = [getattr(layer, "units", None) or getattr(layer, "filters", None) for layer in recipe.layers]
    return next((size for size in reversed(sizes) if size), len(DIGITS))
