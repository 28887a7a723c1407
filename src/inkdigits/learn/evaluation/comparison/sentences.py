"""What a comparison found, in words. Knows numbers and names; nothing of how they were computed."""

from collections.abc import Sequence

from inkdigits.core.formatting import percent
from inkdigits.learn.evaluation.comparison.paired import PairedDifference
from inkdigits.learn.evaluation.comparison.records import EntrantFigures, Pair


def pair_sentence(
    first: EntrantFigures, second: EntrantFigures, difference: PairedDifference, kind: str, *, seeds: int, digits: str
) -> str:
    """Return which of two reads better, and whether that is chance.

    Args:
        first: The one.
        second: The other.
        difference: The second's accuracy minus the first's.
        kind: "better", "chance" or "seed".
        seeds: Pairs of runs behind it; 1 for single runs.
        digits: What they read, for example "10,000 test digits".
    """
    better, worse = (second, first) if difference.value > 0 else (first, second)
    of = f"of {digits}" + (f", over {seeds} seeds" if seeds > 1 else "")
    shares = f"{percent(better.accuracy)} against {percent(worse.accuracy)} {of}"
    if difference.value == 0:
        equal = f"{better.name} and {worse.name} read equally many right"
        return f"{equal}, {percent(better.accuracy)} {of}: neither is better."
    measured = f"{shares}, {spread(difference)}"
    if kind == "better":
        return f"{better.name} reads better than {worse.name}, beyond chance: {measured}."
    if kind == "seed":
        return (
            f"That {better.name} reads better than {worse.name} is chance of the seed, for both are of one recipe: "
            f"{measured}."
        )
    return f"That {better.name} reads better than {worse.name} may be chance: {measured}."


def overall_sentence(entrants: Sequence[EntrantFigures], pairs: Sequence[Pair]) -> str:
    """Return which of all reads best, and against which of the others that is more than chance.

    Args:
        entrants: What is compared.
        pairs: Every two of them.
    """
    if len(pairs) == 1:
        return pairs[0].sentence
    best = max(entrants, key=lambda each: each.accuracy)
    kinds = {
        each.second if each.first == best.name else each.first: each.kind
        for each in pairs
        if best.name in (each.first, each.second)
    }
    surely = [name for name, kind in kinds.items() if kind == "better"]
    perhaps = [name for name, kind in kinds.items() if kind != "better"]
    parts = [f"beyond chance better than {_listed(surely)}"] if surely else []
    parts += [f"its lead over {_listed(perhaps)} may be chance"] if perhaps else []
    return f"{best.name} reads best ({percent(best.accuracy)}): {'; '.join(parts)}."


def remarks(entrants: Sequence[EntrantFigures], pairs: Sequence[Pair], *, split: str) -> tuple[str, ...]:
    """Return what to know beside the sentence.

    Args:
        entrants: What is compared.
        pairs: Every two of them.
        split: The split on which.
    """
    found = []
    if any(each.kind == "better" and each.method == "mcnemar" for each in pairs):
        found.append(
            "One seed each: this holds for these networks. Whether a recipe is better takes several seeds of both: "
            "train --seeds 5, and compare the two folders."
        )
    if any(each.method == "seeds" and each.seeds < 5 for each in pairs):
        found.append("Few seeds: the interval is wide; train more of them to tell smaller differences.")
    if len(pairs) > 1:
        found.append(f"{len(pairs)} pairs are compared, so each p-value is raised by Holm's method.")
    if split == "train":
        found.append("The training digits say how well a network learned, not how well it reads new ones.")
    return tuple(found)


def spread(difference: PairedDifference) -> str:
    """Return a difference in percentage points with its interval and p-value.

    Args:
        difference: What to write; its interval is turned so that the difference is positive.
    """
    low, high = (difference.low, difference.high) if difference.value >= 0 else (-difference.high, -difference.low)
    value = points(abs(difference.value))
    return f"{value} points apart (95 % interval {points(low)} to {points(high)}, {p_text(difference.p_value)})"


def points(share: float) -> str:
    """Return a difference of shares in percentage points.

    Args:
        share: -1 … 1.

    Examples:
        >>> points(0.0123), points(-0.004)
        ('1.23', '−0.40')
    """
    text = f"{abs(share) * 100:.2f}"
    return f"−{text}" if share < 0 and float(text) else text


def p_text(p_value: float) -> str:
    """Return a p-value in words.

    Args:
        p_value: 0 … 1.

    Examples:
        >>> p_text(0.0703), p_text(1e-9)
        ('p = 0.070', 'p < 0.001')
    """
    return f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
