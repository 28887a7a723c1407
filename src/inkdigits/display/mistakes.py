"""What is shown of misread digits: a gallery, and of one digit why it was misread. Measures nothing itself."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inkdigits.core.display import Columns, Drawing
from inkdigits.core.formatting import percent
from inkdigits.display.markup import card, png_drawing, svg_drawing
from inkdigits.learn.evaluation.run_mistakes import MistakeOfRun, Mistakes
from inkdigits.learn.report.content import MistakeCase
from inkdigits.learn.report.mistake_cases import explain_mistakes
from inkdigits.learn.report.svg import Colour, figure_to_svg
from inkdigits.pictures.grid import draw_grid

_SHOWN = 30


class MistakesView:
    """What is shown of all misread digits of a split.

    Args:
        mistakes: What to show.
    """

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes

    def html(self) -> str:
        """Return the misread digits, the most confident first."""
        if not self._mistakes:
            return card(f"No {self._mistakes.split} digit was misread")
        return self.picture().html

    def picture(self) -> Drawing:
        """Return the misread digits, the most confident first: label, prediction, confidence."""
        mistakes, split = self._mistakes, self._mistakes.run.split(self._mistakes.split)
        shown = mistakes[:_SHOWN]
        names = mistakes.run.classes
        captions = [f"{names[each.label]} as {names[each.prediction]} {percent(each.confidence, 0)}" for each in shown]
        picture = draw_grid(split.images[[each.index for each in shown]], captions)
        title = f"{len(mistakes):,} of {len(split):,} {mistakes.split} digits were misread"
        note = f"the {len(shown)} that the network was surest of" if len(shown) < len(mistakes) else "the surest first"
        return png_drawing(picture, title, note)

    def chart(self) -> Drawing:
        """Return the misread digits."""
        return self.picture()

    def columns(self) -> Columns:
        """Return one row a misread digit."""
        names = self._mistakes.run.classes
        return {
            "index": [each.index for each in self._mistakes],
            "label": [names[each.label] for each in self._mistakes],
            "prediction": [names[each.prediction] for each in self._mistakes],
            "confidence": [each.confidence for each in self._mistakes],
        }


class MistakeView:
    """What is shown of one misread digit.

    Args:
        mistake: What to show.
    """

    def __init__(self, mistake: MistakeOfRun) -> None:
        self._mistake = mistake
        names = mistake.run.classes
        self._label, self._prediction = names[mistake.label], names[mistake.prediction]
        self._title = f"{self._label} read as {self._prediction} ({percent(mistake.confidence, 1)} sure)"

    def html(self) -> str:
        """Return the digit, the evidence, the nearest training digits, and the probabilities."""
        return self.picture().html

    def picture(self) -> Drawing:
        """Return the digit, the evidence, the nearest training digits, and the probabilities."""
        run = self._mistake.run
        (case,) = explain_mistakes(run.network, [self._mistake], run.split(self._mistake.split), run.split("train"))
        return svg_drawing(
            [self._draw(case)], f"{self._mistake.split} digit {self._mistake.index}: {self._title}", is_wide=True
        )

    def chart(self) -> Drawing:
        """Return the probability of each class."""
        figure = Figure(figsize=(5.0, 2.6), layout="constrained")
        self._draw_probabilities(figure.subplots())
        chart = figure_to_svg(figure, name="probabilities", title="Probabilities", text=self._title)
        return svg_drawing([chart], self._title)

    def columns(self) -> Columns:
        """Return the probability of each class."""
        return {"class": self._mistake.run.classes, "probability": self._mistake.probabilities.tolist()}

    def _draw(self, case: MistakeCase) -> str:
        figure = Figure(figsize=(9.0, 2.2), layout="constrained")
        axes = figure.subplots(1, 5, width_ratios=(1, 1, 1, 1, 1.8))
        pictures = [
            (case.image, f"the digit: a {self._label}"),
            (None, f"for {self._prediction} orange,\nfor {self._label} blue"),
            (case.like_label and case.like_label.image, f"nearest {self._label}"),
            (case.like_prediction and case.like_prediction.image, f"nearest {self._prediction}"),
        ]
        for place, (picture, caption) in zip(axes, pictures, strict=False):
            place.set_title(caption, fontsize=9, color=Colour.INK)
            place.axis("off")
            if picture is not None:
                place.imshow(picture, cmap="gray_r", vmin=0, vmax=255)
        if case.attribution is not None:
            axes[1].imshow(case.image, cmap="gray_r", vmin=0, vmax=600)
            most = max(float(np.abs(case.attribution).max()), 1e-9)
            strength = np.abs(case.attribution) / most
            axes[1].imshow(case.attribution, cmap="PuOr_r", vmin=-most, vmax=most, alpha=strength)
        self._draw_probabilities(axes[4])
        return figure_to_svg(figure, name="mistake", title=self._title, text=self._title)

    def _draw_probabilities(self, axes: Axes) -> None:
        mistake, names = self._mistake, self._mistake.run.classes
        colours = [Colour.MUTED] * len(names)
        colours[mistake.label], colours[mistake.prediction] = Colour.TRAIN, Colour.WRONG
        axes.set_facecolor("none")
        axes.bar(range(len(names)), mistake.probabilities, color=colours)
        axes.set_xticks(range(len(names)), names)
        axes.set_ylim(0, 1)
        axes.set_ylabel("probability", color=Colour.MUTED)
        axes.tick_params(colors=Colour.MUTED)
        for side, spine in axes.spines.items():
            spine.set_visible(side in {"left", "bottom"})
            spine.set_color(Colour.LINE)
