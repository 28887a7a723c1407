"""What is shown of a comparison: its sentence, figures, curves and classes. Knows no runs."""

import re

from inkdigits.core.display import Columns, Drawing
from inkdigits.core.formatting import loss_text, percent
from inkdigits.display.markup import card, svg_drawing, table
from inkdigits.learn.evaluation.comparison.records import Comparison
from inkdigits.learn.report.comparison.charts import COLOURS, draw_classes, draw_curves


class ComparisonView:
    """What is shown of a comparison.

    Args:
        comparison: What to show.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def html(self) -> str:
        """Return the sentence, the figures and the charts."""
        return card(self._comparison.sentence, self._figures(), self.chart().html, self.picture().html)

    def _figures(self) -> str:
        """Return one row an entrant with its colour, which is the legend of the charts below."""
        entrants = self._comparison.entrants
        figures: Columns = {
            "curve": ["●" for _ in entrants],
            "name": [each.name for each in entrants],
            "accuracy": [percent(each.accuracy) for each in entrants],
            "95 % interval": [f"{percent(each.low)} to {percent(each.high)}" for each in entrants],
            "wrong": [f"{each.errors:,.10g}" for each in entrants],
            "loss": [loss_text(each.loss) for each in entrants],
        }
        names = (COLOURS[number % len(COLOURS)].name.lower() for number in range(len(entrants)))
        return re.sub("<td>●", lambda _: f'<td style="color:var(--{next(names)})">●', table(figures))

    def picture(self) -> Drawing:
        """Return the share of each class that each entrant misreads."""
        return svg_drawing([draw_classes(self._comparison)], "Misread digits of each class")

    def chart(self) -> Drawing:
        """Return the curves of all runs."""
        return svg_drawing([draw_curves(self._comparison, metric) for metric in ("accuracy", "loss")], "Curves")

    def columns(self) -> Columns:
        """Return one row an entrant."""
        entrants = self._comparison.entrants
        return {
            "name": [each.name for each in entrants],
            "recipe": [each.recipe for each in entrants],
            "seeds": [len(each.runs) for each in entrants],
            "accuracy": [each.accuracy for each in entrants],
            "low": [each.low for each in entrants],
            "high": [each.high for each in entrants],
            "errors": [each.errors for each in entrants],
            "loss": [each.loss for each in entrants],
        }
