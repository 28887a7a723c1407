"""Figures -> Markdown. Knows nothing of how they were measured."""

from collections.abc import Mapping, Sequence
from typing import Any

WHAT_IS_TIMED = """\
Each contender trains in a process of its own, one at a time; in a repeat all take their turn. `import`: importing the
framework. `set up`: from the digits in memory, as uint8, through scaling, building and compiling to the end of the
first {first} steps, which training then starts without. `examples/s`: the steps alone; for Inkdigits by the seconds
that its run notes, for Keras one call of `fit` on NumPy arrays, for the PyTorch loop the loop. `wall`: the whole
process; reading the digits and the final test are in no other column. `MiB`: the most memory that the process held up
to the end of training (VmHWM); Inkdigits' test and run folder are in it. Figures are medians, with the least and the
most in brackets. `ours is`: our examples/s over those of the contender, the median of the repeats' ratios."""


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table.

    Args:
        rows: Cells; the first row holds the headings.
    """
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def overview(networks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a table with one line a network: ours and the best of the others.

    Args:
        networks: Figures by network.
    """
    rows = [["network", "examples/s, ours", "best of the others", "its examples/s", "ours is"]]
    for network, figures in networks.items():
        best, contenders = figures["best_peer"], figures["contenders"]
        if best is None or figures["ratio_to_best_peer"] is None:
            continue
        ours = contenders[figures["ours"]]["examples_per_s"]
        theirs = contenders[best]["examples_per_s"]
        rows.append([network, count(ours), best, count(theirs), times(figures["ratio_to_best_peer"])])
    return markdown_table(rows)


def network_table(figures: Mapping[str, Any]) -> str:
    """Return a table with one line a contender, the fastest first.

    Args:
        figures: Of one network.
    """
    rows = [
        [
            "contender",
            "examples/s",
            "ours is",
            "ms a step",
            "import s",
            "set up s",
            "train s",
            "wall s",
            "MiB",
            "test %",
        ]
    ]
    contenders = figures["contenders"]
    for name in sorted(contenders, key=lambda name: -contenders[name]["examples_per_s"]["median"]):
        values = contenders[name]
        step_ms = 1000 * figures["batch_size"] / values["examples_per_s"]["median"]
        memory = values.get("peak_memory_mib")
        rows.append(
            [
                name,
                count(values["examples_per_s"]),
                times(values["ours_to_it"]) if "ours_to_it" in values and name != figures["ours"] else "–",
                f"{step_ms:.3f}",
                *(f"{values[key]['median']:.1f}" for key in ("import_s", "setup_s", "train_s", "wall_s")),
                f"{memory['median']:,.0f}" if memory else "–",
                f"{100 * values['test_accuracy']['median']:.2f}",
            ]
        )
    return markdown_table(rows)


def count(values: Mapping[str, float]) -> str:
    """Return a median and its spread in whole numbers.

    Args:
        values: From `spread`.

    Examples:
        >>> count({"median": 41250.4, "least": 40000.0, "most": 42000.0})
        '41,250 (40,000 – 42,000)'
    """
    return f"{values['median']:,.0f} ({values['least']:,.0f} – {values['most']:,.0f})"


def times(values: Mapping[str, float]) -> str:
    """Return a ratio and its spread.

    Args:
        values: From `spread`.

    Examples:
        >>> times({"median": 3.512, "least": 3.4, "most": 3.6})
        '3.51 × (3.40 – 3.60)'
    """
    return f"{values['median']:.2f} × ({values['least']:.2f} – {values['most']:.2f})"
