"""Entrants -> their comparison on the same digits. Knows runs and numbers; nothing of charts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import RunError
from inkdigits.core.progress import track
from inkdigits.core.types import Labels
from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.comparison.entrants import Entrant, check_same_digits
from inkdigits.learn.evaluation.comparison.paired import (
    LEVEL,
    PairedDifference,
    adjust_p_values,
    paired_mean_difference,
    paired_share_difference,
)
from inkdigits.learn.evaluation.comparison.records import (
    ClassComparison,
    Comparison,
    Disagreement,
    EntrantFigures,
    Kind,
    Pair,
    RunFigures,
)
from inkdigits.learn.evaluation.comparison.sentences import overall_sentence, pair_sentence, remarks
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.evaluation.verdict.intervals import wilson_interval
from inkdigits.learn.networks.modules import count_parameters
from inkdigits.runs.history import SERIES


@dataclass(frozen=True)
class _Answers:
    """What one entrant answers to each digit.

    Attributes:
        right: (seeds, N), bool: whether each run reads each digit right.
        predictions: (N,), int64, the class number that most runs answer.
        confidences: (N,), float32, the mean probability of that class, 0 … 1.
    """

    right: NDArray[np.bool_]
    predictions: Labels
    confidences: NDArray[np.float32]


def compare_entrants(entrants: Sequence[Entrant], split: str = "test") -> Comparison:
    """Return which of several runs, or recipes with several seeds, reads better; with progress on stderr.

    Args:
        entrants: Two or more.
        split: "test", "validation" or "train".

    Raises:
        DataError: They have different classes or digits.
        RunError: Single runs and several seeds are mixed, two recipes share fewer than two seeds, or a run has no
            such split.
    """
    _check_seeds(entrants)
    check_same_digits(entrants, split)
    digits, classes = entrants[0].runs[0].split(split), entrants[0].runs[0].classes
    runs = [run for each in entrants for run in each.runs]
    with track("Reading", len(runs) * len(digits), unit="digits") as advance:
        for run in runs:
            run.logits(split, advance)
    answers = [_answers(each, split, digits.labels, len(classes)) for each in entrants]
    figures = tuple(_figures(each, split) for each in entrants)
    pairs = _pairs(entrants, figures, answers, f"{len(digits):,} {split} digits")
    return Comparison(
        split=split,
        dataset=entrants[0].runs[0].dataset.name,
        examples=len(digits),
        classes=classes,
        entrants=figures,
        pairs=pairs,
        sentence=overall_sentence(figures, pairs),
        remarks=remarks(figures, pairs, split=split),
        by_class=_by_class(answers, digits.labels, classes),
        disagreements=_disagreements(answers, digits),
    )


def _check_seeds(entrants: Sequence[Entrant]) -> None:
    several = [each for each in entrants if len(each.runs) > 1]
    if not several:
        return
    single = next((each for each in entrants if len(each.runs) == 1), None)
    if single:
        raise RunError(
            f"{single.name} is one run and {several[0].name} has {len(several[0].runs)} seeds",
            expected="single runs, or several seeds of each recipe",
            mend="name one run of the folder, or train the other recipe with --seeds too",
        )
    for first, second in combinations(entrants, 2):
        common = set(first.seeds) & set(second.seeds)
        if len(common) < 2:
            raise RunError(
                f"{first.name} and {second.name} share {len(common)} seeds",
                expected="at least two seeds that both were trained with",
                mend="train both with --seeds and the same --seed",
            )


def _answers(entrant: Entrant, split: str, labels: Labels, classes: int) -> _Answers:
    probabilities = [run.probabilities(split) for run in entrant.runs]  # each (N, classes)
    predictions = np.stack([each.argmax(axis=1) for each in probabilities])  # (seeds, N)
    votes = (predictions[:, :, None] == np.arange(classes)).sum(axis=0)  # (N, classes)
    mean = np.mean(probabilities, axis=0)  # (N, classes)
    # Where as many runs answer one class as another, the surer answer counts.
    most = np.argmax(votes + 0.5 * mean, axis=1)  # (N,)
    return _Answers(predictions == labels, most, mean[np.arange(len(labels)), most])


def _figures(entrant: Entrant, split: str) -> EntrantFigures:
    runs = tuple(_run_figures(run, split) for run in entrant.runs)
    accuracies = [run.accuracy for run in runs]
    mean = float(np.mean(accuracies))
    examples = len(entrant.runs[0].split(split))
    if len(runs) == 1:
        low, high = wilson_interval(examples - runs[0].errors, examples)
    else:
        over_seeds = paired_mean_difference([0.0] * len(runs), accuracies, resolution=1 / examples)
        low, high = max(over_seeds.low, 0.0), min(over_seeds.high, 1.0)
    network = entrant.runs[0].network
    return EntrantFigures(entrant.name, entrant.runs[0].recipe.name, count_parameters(network), runs, mean, low, high)


def _run_figures(run: TrainedRun, split: str) -> RunFigures:
    evaluation, history = run.evaluate(split), run.history
    return RunFigures(
        path=str(run.path),
        seed=int(run.folder.metadata["seed"]),
        accuracy=evaluation.accuracy,
        errors=evaluation.errors,
        loss=evaluation.loss,
        calibration_error=evaluation.calibration.expected_error,
        seconds=float(run.folder.metadata["seconds"]),
        epochs=tuple(record.epoch for record in history.records),
        curves={name: tuple(history[name]) for name in SERIES},
    )


def _pairs(
    entrants: Sequence[Entrant], figures: Sequence[EntrantFigures], answers: Sequence[_Answers], digits: str
) -> tuple[Pair, ...]:
    places = list(combinations(range(len(entrants)), 2))
    differences = [
        _difference(entrants[first], entrants[second], answers[first], answers[second]) for first, second in places
    ]
    adjusted = adjust_p_values([each.p_value for each in differences])
    return tuple(
        _pair(
            (entrants[first], entrants[second]),
            (figures[first], figures[second]),
            (answers[first], answers[second]),
            difference,
            p_value,
            digits,
        )
        for (first, second), difference, p_value in zip(places, differences, adjusted, strict=True)
    )


def _difference(first: Entrant, second: Entrant, one: _Answers, other: _Answers) -> PairedDifference:
    if len(first.runs) == 1:
        only_first, only_second = _only(one, other)
        return paired_share_difference(only_first, only_second, one.right.shape[1])
    common = [seed for seed in first.seeds if seed in second.seeds]
    accuracies = [
        [float(answers.right[entrant.seeds.index(seed)].mean()) for seed in common]
        for entrant, answers in ((first, one), (second, other))
    ]
    return paired_mean_difference(*accuracies, resolution=1 / one.right.shape[1])


def _only(one: _Answers, other: _Answers) -> tuple[int, int]:
    mine, theirs = one.right[0], other.right[0]
    return int((mine & ~theirs).sum()), int((theirs & ~mine).sum())


def _pair(
    entrants: tuple[Entrant, Entrant],
    figures: tuple[EntrantFigures, EntrantFigures],
    answers: tuple[_Answers, _Answers],
    difference: PairedDifference,
    p_value: float,
    digits: str,
) -> Pair:
    first, second = entrants
    is_single = len(first.runs) == 1
    only = _only(*answers) if is_single else (None, None)
    seeds = 1 if is_single else len(set(first.seeds) & set(second.seeds))
    is_one_recipe = first.is_like(second)
    kind: Kind = "chance" if p_value >= LEVEL else "seed" if is_one_recipe else "better"
    return Pair(
        first=first.name,
        second=second.name,
        difference=difference,
        adjusted_p_value=p_value,
        method="mcnemar" if is_single else "seeds",
        seeds=seeds,
        only_first=only[0],
        only_second=only[1],
        kind=kind,
        sentence=pair_sentence(*figures, replace(difference, p_value=p_value), kind, seeds=seeds, digits=digits),
    )


def _by_class(answers: Sequence[_Answers], labels: Labels, classes: tuple[str, ...]) -> tuple[ClassComparison, ...]:
    return tuple(
        ClassComparison(name, int(of_class.sum()), tuple(float(each.right[:, of_class].mean()) for each in answers))
        for number, name in enumerate(classes)
        if (of_class := labels == number).any()
    )


def _disagreements(answers: Sequence[_Answers], digits: Split) -> tuple[Disagreement, ...]:
    predictions = np.stack([each.predictions for each in answers])  # (entrants, N)
    confidences = np.stack([each.confidences for each in answers])  # (entrants, N)
    right = predictions == digits.labels
    differ = np.flatnonzero(right.any(axis=0) & ~right.all(axis=0))
    surest_error = np.where(right, 0, confidences).max(axis=0)  # (N,)
    order = differ[np.argsort(-surest_error[differ], kind="stable")]
    return tuple(
        Disagreement(
            index=int(at),
            label=int(digits.labels[at]),
            image=digits.images[at],
            predictions=tuple(predictions[:, at].tolist()),
            confidences=tuple(confidences[:, at].tolist()),
        )
        for at in order
    )
