"""Draws the trials of a sweep as parallel coordinates, and what each key explains. Knows nothing of HTML."""

import math
import statistics
from collections.abc import Sequence
from typing import Any

from inkdigits.core.formatting import percent
from inkdigits.learn.report.charts import FONT_SIZE, new_figure
from inkdigits.learn.report.languages import ENGLISH, Language
from inkdigits.learn.report.svg import Colour, HoverBand, figure_to_svg
from inkdigits.learn.sweep.result import SweepResult, value_text
from inkdigits.learn.sweep.space import Dimension
from inkdigits.learn.sweep.study import TrialRecord

BEST_COLOURS = (Colour.TRAIN, Colour.WATCHED, Colour.FOURTH)
"""Of the best candidates, best first."""


def draw_trials(result: SweepResult, language: Language = ENGLISH) -> str:
    """Return all trials as lines over one axis for each key, and one for the accuracy, as an `<svg>` element.

    Args:
        result: The sweep.
        language: What its words are in.
    """
    say = language.say
    figure, axes = new_figure(height_in=3.6)
    trials = [trial for trial in result.trials if trial.accuracy is not None and trial.state != "failed"]
    low, high = _accuracy_range(trials)
    best = {each.trial: colour for each, colour in zip(result.best, BEST_COLOURS, strict=False)}
    at = range(len(result.space) + 1)
    # The best are drawn last, above the others.
    for trial in sorted(trials, key=lambda trial: (trial.number in best, trial.accuracy or 0)):
        heights = [_height(each, trial.values[each.key]) for each in result.space]
        share = ((trial.accuracy or 0) - low) / (high - low)
        heights.append(min(max(share, 0.0), 1.0))
        is_pruned = trial.state == "pruned"
        axes.plot(
            at,
            heights,
            color=best.get(trial.number, Colour.MUTED),
            linewidth=2.2 if trial.number in best else 0.9,
            alpha=1.0 if trial.number in best else 0.25 if is_pruned else 0.6,
            linestyle=(0, (4, 2)) if is_pruned else "-",
        )
    names = [each.key.removeprefix("optimizer.") for each in result.space] + [say("accuracy")]
    axes.set_xticks(at, names, rotation=30, ha="right", fontsize=FONT_SIZE - 1, parse_math=False)
    axes.set_yticks([])
    axes.set(xlim=(-0.3, len(at) - 0.7), ylim=(-0.12, 1.12))
    ends = [(_value_text(each, 0), _value_text(each, 1)) for each in result.space]
    ends.append((percent(low, 1), percent(high, 1)))
    for position, (bottom, top) in zip(at, ends, strict=True):
        axes.axvline(position, color=Colour.LINE, linewidth=1)
        for height, text, place in ((-0.03, bottom, "top"), (1.03, top, "bottom")):
            axes.text(
                position,
                height,
                text,
                ha="center",
                va=place,
                fontsize=FONT_SIZE - 2,
                color=Colour.INK,
                parse_math=False,
            )
    bands = [
        HoverBand(axes, position - 0.5, position + 0.5, text)
        for position, text in enumerate(_axis_texts(result, language))
    ]
    text = say("{count} trials; the best reached {accuracy}.", count=len(trials), accuracy=percent(high))
    title = say("The values of each trial, and its accuracy on the validation set")
    return figure_to_svg(figure, name="trials", title=title, text=text, bands=bands)


def draw_importance(result: SweepResult, language: Language = ENGLISH) -> str:
    """Return how much of the differences each key explains, as bars in an `<svg>` element; empty where it is not known.

    Args:
        result: The sweep.
        language: What its words are in.
    """
    shares = sorted(result.importance.items(), key=lambda each: each[1])
    if not shares:
        return ""
    say = language.say
    figure, axes = new_figure(height_in=0.9 + 0.35 * len(shares))
    axes.barh(range(len(shares)), [share for _, share in shares], color=Colour.TRAIN, height=0.6)
    axes.set_yticks(range(len(shares)), [key for key, _ in shares], fontsize=FONT_SIZE - 1, parse_math=False)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.set_xlabel(say("share of the differences"))
    bands = [
        HoverBand(axes, at - 0.5, at + 0.5, f"{key}: {percent(share, 1)}", across=True)
        for at, (key, share) in enumerate(shares)
    ]
    text = ", ".join(f"{key} {percent(share, 1)}" for key, share in reversed(shares))
    title = say("How much each key decides")
    return figure_to_svg(figure, name="importance", title=title, text=text, bands=bands)


def _accuracy_range(trials: Sequence[TrialRecord]) -> tuple[float, float]:
    """Return the ends of the accuracy's axis: hopeless trials lie at its foot, so that the good ones lie apart."""
    accuracies = [trial.accuracy for trial in trials if trial.accuracy is not None] or [0.0]
    high = max(accuracies)
    low = max(min(accuracies), high - 3 * (high - statistics.median(accuracies)))
    return (low, high) if low < high else (low - 0.01, high)


def _height(dimension: Dimension, value: Any) -> float:
    """Return where a value lies on the axis of its key, 0 … 1."""
    if dimension.choices:
        last = len(dimension.choices) - 1
        return dimension.choices.index(value) / last if last else 0.5
    low, high, here = (math.log(each) if dimension.log else each for each in (dimension.low, dimension.high, value))
    return float((here - low) / (high - low))


def _value_text(dimension: Dimension, end: int) -> str:
    value = dimension.choices[-end] if dimension.choices else (dimension.low, dimension.high)[end]
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 9 else text[:8] + "…"


def _axis_texts(result: SweepResult, language: Language) -> list[str]:
    """Return what each axis tells at the pointer: the values of the best candidates."""
    texts = []
    for each in result.space:
        values = [candidate.values[each.key] for candidate in result.best]
        best = ", ".join(map(value_text, values))
        texts.append(language.say("{key}, the best: {values}", key=each.key, values=best))
    best = ", ".join(percent(candidate.accuracies[0]) for candidate in result.best)
    return [*texts, language.say("{key}, the best: {values}", key=language.say("accuracy"), values=best)]
