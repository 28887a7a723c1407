"""What is shown of an evaluation: figures, confusion, each class. Knows no network."""

from inkdigits.core.display import Columns, Drawing
from inkdigits.core.formatting import percent
from inkdigits.display.markup import card, svg_drawing, table
from inkdigits.learn.evaluation.metrics import Evaluation
from inkdigits.learn.report.charts import draw_class_errors, draw_confusion, draw_reliability


class EvaluationView:
    """What is shown of an evaluation.

    Args:
        evaluation: What to show.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._title = f"{percent(evaluation.accuracy)} of {evaluation.examples:,} {evaluation.split} digits right"

    def html(self) -> str:
        """Return figures, the confusion matrix, and the accuracy of each class."""
        evaluation = self._evaluation
        figures: Columns = {
            "wrong": [evaluation.errors],
            "loss": [f"{evaluation.loss:.4f}"],
            "top-2 accuracy": [percent(evaluation.top_2_accuracy)],
            "expected calibration error": [percent(evaluation.calibration.expected_error)],
        }
        return card(self._title, table(figures), self.picture().html)

    def picture(self) -> Drawing:
        """Return the confusion matrix and the accuracy of each class."""
        evaluation = self._evaluation
        names = [each.name for each in evaluation.classes]
        charts = [draw_confusion(evaluation.confusion, names), draw_class_errors(evaluation.classes)]
        return svg_drawing(charts, "Confusion and classes")

    def chart(self) -> Drawing:
        """Return accuracy by confidence."""
        return svg_drawing([draw_reliability(self._evaluation.calibration)], "Calibration")

    def columns(self) -> Columns:
        """Return one row a class."""
        classes = self._evaluation.classes
        return {
            name: [getattr(each, name) for each in classes] for name in ("name", "precision", "recall", "f1", "support")
        }
