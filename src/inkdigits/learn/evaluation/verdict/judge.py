"""The evidence of a training -> the one thing that matters most about it. Knows nothing of run folders."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from inkdigits.core.messages import Message
from inkdigits.learn.evaluation.verdict.details import find_details
from inkdigits.learn.evaluation.verdict.evidence import Evidence
from inkdigits.learn.evaluation.verdict.faults import (
    find_diverged,
    find_learned_nothing,
    find_learning_rate_too_high,
    find_over_fitting,
    find_still_improving,
    find_under_fitting,
    find_unmeasured,
    find_unstable,
)
from inkdigits.learn.evaluation.verdict.intervals import describe_reading
from inkdigits.learn.evaluation.verdict.limits import (
    find_converged,
    find_gap,
    find_one_record,
    find_other_test_digits,
    find_too_few_digits,
)

Kind = Literal[
    "unmeasured",
    "diverged",
    "learned_nothing",
    "learning_rate_too_high",
    "unstable",
    "under_fitting",
    "over_fitting",
    "still_improving",
    "other_test_digits",
    "too_few_digits",
    "one_record",
    "converged",
    "good",
]

FAILURES: tuple[Kind, ...] = ("diverged", "learned_nothing", "learning_rate_too_high")
"""Kinds of a training whose network is of no use."""


@dataclass(frozen=True, repr=False)
class Verdict:
    """What matters most about a training.

    Attributes:
        kind: What it is, as a word for programs.
        headline: The same in one sentence, with what to do about it.
        details: Up to three more sentences.
    """

    kind: Kind
    headline: str
    details: tuple[str, ...] = ()

    def __repr__(self) -> str:
        headline = self.headline if len(self.headline) <= 500 else self.headline[:500] + "…"
        return f"<Verdict {self.kind}: {headline}>"

    @property
    def is_failure(self) -> bool:
        """Whether the network is of no use."""
        return self.kind in FAILURES

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as a JSON-ready object."""
        return asdict(self)


def judge(evidence: Evidence) -> Verdict:
    """Return what matters most about a training.

    Args:
        evidence: What it is judged by.
    """
    # From the worst to the least: the first that is found is the headline.
    faults: tuple[tuple[Kind, Callable[[Evidence], str | None]], ...] = (
        ("diverged", find_diverged),
        ("unmeasured", find_unmeasured),
        ("learned_nothing", find_learned_nothing),
        ("learning_rate_too_high", find_learning_rate_too_high),
        ("unstable", find_unstable),
        ("over_fitting", find_over_fitting),
        ("under_fitting", find_under_fitting),
        ("still_improving", find_still_improving),
        ("over_fitting", find_gap),
        ("too_few_digits", find_too_few_digits),
        ("other_test_digits", find_other_test_digits),
        ("one_record", find_one_record),
        ("converged", find_converged),
    )
    for kind, find in faults:
        headline = find(evidence)
        if headline:
            is_useless = kind == "unmeasured" or kind in FAILURES
            others = () if is_useless else find_details(evidence)
            return Verdict(kind, headline, tuple(sentence for sentence in others if sentence != headline))
    text = "Good: {reading}, and training longer is unlikely to help."
    return Verdict("good", Message(text, reading=describe_reading(evidence.unseen)), find_details(evidence))
