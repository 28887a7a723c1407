"""All checks of a data set. Changes nothing and knows nothing of commands."""

from collections.abc import Mapping
from typing import Any

from inkdigits.core.formatting import percent
from inkdigits.data.dataset import Dataset, Split
from inkdigits.learn.data_checks.duplicates import find_duplicates
from inkdigits.learn.data_checks.finding import Finding
from inkdigits.learn.data_checks.reading import ReadingCheck, check_reading, digits_of_classes
from inkdigits.read.reader import Reader

_OFF_CENTRE = 2.5
"""Pixels. MNIST's centres of mass are within 1 of the middle, those of boxes put in the middle within 2."""

_TURNS = {
    (True, False, False): "transposed",
    (False, True, False): "mirrored",
    (False, False, True): "upside down",
    (False, True, True): "rotated by 180 degrees",
    (True, True, False): "rotated by 90 degrees to the left",
    (True, False, True): "rotated by 90 degrees to the right",
    (True, True, True): "transposed along the other diagonal",
}
"""What pictures are, by what turns them back: `load` transposes first, then mirrors, then flips."""


def check_dataset(dataset: Dataset) -> tuple[Finding, ...]:
    """Examine a data set before anything is learned from it.

    A few hundred digits are read by the shipped network, which takes a third of a second. Nothing is said of the
    orientation of what is no digit, such as clothes or letters.

    Args:
        dataset: As loaded.

    Returns:
        What is wrong with it, the gravest first; empty if nothing is.

    Examples:
        >>> from inkdigits.data.load import load
        >>> [finding.kind for finding in check_dataset(load("uci", transpose=True))]
        ['transposed']
    """
    return (*_check_classes(dataset), *_check_digits(dataset), *_check_duplicates(dataset))


def _check_classes(dataset: Dataset) -> list[Finding]:
    labels = dataset.train.labels
    if (labels != labels[0]).any():
        return []
    return [
        Finding(
            "one class",
            f"all training digits are of the class {dataset.classes[labels[0]]}",
            "certain",
            f"{len(labels):,} digits",
            advice="a network learns nothing from them: check where the labels come from",
        )
    ]


def _check_digits(dataset: Dataset) -> list[Finding]:
    digit_of_class = digits_of_classes(dataset.classes)
    if digit_of_class is None:
        return []
    network = Reader().digit_network
    splits: dict[str, Split] = {"training": dataset.train, "test": dataset.test}
    checks = {name: check_reading(split, digit_of_class, network) for name, split in splits.items()}
    found = {name: check for name, check in checks.items() if check is not None}
    off_centre = _check_offsets(found)
    if len({(check.way, check.inverted) for check in found.values()}) == 1:
        found = {"all": _together(list(found.values()))}
    return [*(finding for name, check in found.items() for finding in _findings(name, check)), *off_centre]


def _together(checks: list[ReadingCheck]) -> ReadingCheck:
    return ReadingCheck(
        checks[0].way,
        checks[0].inverted,
        sum(check.examples for check in checks),
        sum(check.right for check in checks),
        sum(check.right_before for check in checks),
        max(check.offset for check in checks),
    )


def _findings(name: str, check: ReadingCheck) -> list[Finding]:
    """Return what reading showed of some digits; `name` says which."""
    findings: list[Finding] = []
    changes: dict[str, Any]
    which = f"{name} pictures"
    advice = "" if name == "all" else f"only the {name} set is: mend its files, or those of the other set"
    way, share = check.way, f"{percent(check.right / check.examples, 0)} of {check.examples}"
    if check.inverted:
        evidence = f"their border is bright, and with ink and paper swapped {share} digits are read as labelled"
        changes = {} if advice else {"invert": True}
        findings.append(Finding("inverted", f"{which} are inverted", check.certainty, evidence, changes, advice))
    before = f"{percent(check.right_before / check.examples, 0)} as they are"
    turned = _TURNS.get(way[:3])
    if turned:
        evidence = f"turned back {share} digits are read as labelled, {before}"
        turns = {name: value for name, value in way._asdict().items() if value is True}
        changes = {} if advice else turns
        kind = "rotated" if turned.startswith("rotated") else turned
        findings.append(Finding(kind, f"{which} are {turned}", check.certainty, evidence, changes, advice))
    if way.shift_labels:
        evidence = f"with {way.shift_labels:+d} they fit {share} digits as they are read, {before}"
        changes = {} if advice else {"shift_labels": way.shift_labels}
        text = f"the labels of {which} are {'one more' if way.shift_labels < 0 else 'one less'} than the digits"
        findings.append(Finding("labels shifted", text, check.certainty, evidence, changes, advice))
    if way.places:
        late = "late" if way.places > 0 else "early"
        evidence = f"of the label one place {'on' if way.places > 0 else 'before'} {share} fit, {before}"
        text = f"the labels of {which} are one place {late}"
        advice = advice or "leave out one label at the start of the file and one picture at its end, or the reverse"
        findings.append(Finding("labels misplaced", text, check.certainty, evidence, advice=advice))
    return findings


def _check_offsets(checks: Mapping[str, ReadingCheck]) -> list[Finding]:
    """Say which sets have digits off the middle."""
    off = {name: check for name, check in checks.items() if check.offset > _OFF_CENTRE}
    if not off:
        return []
    which = "all" if len(off) == len(checks) else next(iter(off))
    count, offset = sum(check.examples for check in off.values()), min(check.offset for check in off.values())
    return [
        Finding(
            "off-centre",
            f"{which} pictures are off-centre, and networks learn where digits are",
            "certain",
            f"half of {count} digits have their centre of mass {offset:.1f} pixels or more from the middle",
            {"centre": True},
        )
    ]


def _check_duplicates(dataset: Dataset) -> list[Finding]:
    copies = sum(len(group.test) for group in find_duplicates(dataset) if group.train)
    if not copies:
        return []
    return [
        Finding(
            "duplicates",
            f"{copies:,} of {len(dataset.test):,} test pictures are in the training set too",
            "certain",
            "equal in every pixel",
            advice="the test then shows what was learned by heart: leave them out of one of the two",
        )
    ]
