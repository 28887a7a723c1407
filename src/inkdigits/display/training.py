"""What is shown of a history and of a run: curves, figures, the verdict. Knows no files."""

from dataclasses import asdict

from inkdigits.core.display import Columns, Drawing
from inkdigits.core.formatting import percent
from inkdigits.display.markup import card, svg_drawing, table
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.evaluation.verdict.curves import TrainingCurves, training_curves
from inkdigits.learn.report.charts import draw_curve
from inkdigits.runs.history import History, Record


class HistoryView:
    """What is shown of a history.

    Args:
        history: What to show.
        curves: Its curves, where more of them is known than the history says.
        title: What stands above them.
    """

    def __init__(self, history: History, curves: TrainingCurves | None = None, title: str = "Training") -> None:
        self._history, self._curves, self._title = history, curves or _curves(history), title

    def html(self) -> str:
        """Return the curves of loss and accuracy, and the last figures."""
        return self.chart().html if self._history.records else card(self._title, note="nothing was recorded")

    def picture(self) -> Drawing:
        """Return the curves of loss and accuracy."""
        return self.chart()

    def chart(self) -> Drawing:
        """Return the curves of loss and accuracy."""
        return svg_drawing([draw_curve(self._curves, metric) for metric in ("loss", "accuracy")], self._title)

    def columns(self) -> Columns:
        """Return one row a record."""
        rows = [asdict(record) for record in self._history.records]
        return {name: [row[name] for row in rows] for name in Record.__dataclass_fields__}


class RunView:
    """What is shown of a run.

    Args:
        run: What to show.
    """

    def __init__(self, run: TrainedRun) -> None:
        self._run = run
        self._title = f"{run.recipe.title}, seed {run.folder.metadata['seed']}"
        self._curves = training_curves(run)
        self._history = HistoryView(run.history, self._curves, self._title)

    def html(self) -> str:
        """Return the figures on the test digits, the curves, and where the run is."""
        metadata, (split, final) = self._run.folder.metadata, self._run.folder.final_figures
        figures = {
            f"{split} accuracy": [percent(final["accuracy"])],
            f"{split} loss": ["–" if final["loss"] is None else f"{final['loss']:.4f}"],
            "wrong": [f"{final['errors']:,} of {final['examples']:,}"],
            "epochs": [f"{metadata['epochs']:g}"],
            "seconds": [f"{metadata['seconds']:.1f}"],
        }
        status = "" if metadata["status"] == "complete" else f"{metadata['status']}, "
        curves = HistoryView(self._run.history, self._curves, "Curves")
        return card(self._title, table(figures), curves.html(), note=f"{status}{self._run.path}")

    def picture(self) -> Drawing:
        """Return the curves of loss and accuracy."""
        return self._history.picture()

    def chart(self) -> Drawing:
        """Return the curves of loss and accuracy."""
        return self._history.chart()

    def columns(self) -> Columns:
        """Return one row a record."""
        return self._history.columns()


def _curves(history: History) -> TrainingCurves:
    """Return the curves of a history whose recipe is not known."""
    records = history.records
    by_steps = any(record.epoch != round(record.epoch) for record in records)
    return TrainingCurves(
        positions=tuple(record.step if by_steps else round(record.epoch) for record in records),
        unit="step" if by_steps else "epoch",
        loss=tuple(history["loss"]),
        accuracy=tuple(history["accuracy"]),
        val_loss=tuple(history["val_loss"]) or None,
        val_accuracy=tuple(history["val_accuracy"]) or None,
    )
