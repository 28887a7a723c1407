"""Whether the network of a finished training is of no use, looked into only where its test result is suspicious."""

import math

from inkdigits.core.errors import RunError
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.evaluation.verdict.evidence import gather_evidence
from inkdigits.learn.evaluation.verdict.judge import judge

_SUSPICIOUS_SKILL = 0.25
"""A test accuracy no further than this on the way from always giving the most frequent class to perfect."""


def find_failure(run: TrainedRun) -> str | None:
    """Return why the network of a run is of no use; None where it is of use.

    To read all training digits again may take a while, so it is only done where the test result asks for it.

    Args:
        run: A finished or interrupted run.
    """
    if run.recipe.reads_lines or not _is_suspicious(run):
        return None
    try:
        verdict = judge(gather_evidence(run))
    except RunError as error:  # answers that are not finite
        return f"{error.given}: {error.mend}"
    return verdict.headline if verdict.is_failure else None


def _is_suspicious(run: TrainedRun) -> bool:
    (_, figures), counts = run.folder.final_figures, run.split("train").class_counts(len(run.classes))
    majority = counts.max() / counts.sum()
    # A cross-entropy above that of guessing comes from sure and wrong answers, even where many are right.
    is_sure_and_wrong = figures["loss"] is None or figures["loss"] > 2 * math.log(max(len(run.classes), 2))
    return bool(is_sure_and_wrong or figures["accuracy"] <= majority + _SUSPICIOUS_SKILL * (1 - majority))
