"""A page of `inkdigits review`, and the file that its decisions are kept in. Knows nothing of HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, get_args

from inkdigits.core.errors import DataError
from inkdigits.data.review import Action, Decision, SplitName, read_decisions, write_decisions

_RECORD = re.compile(r'<script type="application/json" id="record">(.*?)</script>', re.DOTALL)
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


class ReviewPage:
    """A page on which labels are decided on; each decision is in the file before it is confirmed.

    Args:
        path: The page.
        decisions: The file; by default the one that the page names, beside the page.

    Attributes:
        html: The page.
        policy: Its Content-Security-Policy.

    Raises:
        DataError: The page is not one of `inkdigits review`, or the file is not one of decisions.
    """

    def __init__(self, path: Path, decisions: Path | None = None) -> None:
        self.html = _read(path)
        record, policy = _RECORD.search(self.html), _POLICY.search(self.html)
        if not record or not policy:
            raise DataError(
                f"{path} is no page of a review", expected="one that inkdigits review wrote", mend="choose that file"
            )
        values = json.loads(record[1])
        self.policy = policy[1] + "; frame-ancestors 'none'"
        self._classes: list[str] = values["classes"]
        self._digits = {
            (split, index): (picture, self._classes[label])
            for rows in values["sections"].values()
            for row in rows
            for split, index, picture, label in row["digits"]
        }
        self._file, self._lock = decisions or path.with_name(values["file"]), Lock()
        self._decisions = read_decisions(self._file) if self._file.exists() else {}

    @property
    def file(self) -> Path:
        """Where the decisions are."""
        return self._file

    @property
    def decisions(self) -> list[Decision]:
        """All decisions that stand, the oldest first."""
        return list(self._decisions.values())

    def decide(self, split: SplitName, index: int, action: Action | None, new_label: str = "") -> None:
        """Keep a decision on a digit in place of an earlier one, or take that back.

        Args:
            split: "train" or "test".
            index: The place of the digit; it must be on the page.
            action: What to do; None to take the decision back.
            new_label: The name of a class if it is relabelled, empty otherwise.

        Raises:
            DataError: The digit is not on the page, or this can't be decided.
            StorageError: The file can't be written; what was decided before stays in it.
        """
        if (split, index) not in self._digits:
            raise DataError(f"{split} digit {index}", expected="a digit of the page", mend="choose one of them")
        is_known = action in get_args(Action) and (new_label in self._classes) == (action == "relabel")
        if action is not None and not is_known:
            raise DataError(
                f"the action {action!r} with the new label {new_label!r}",
                expected='"relabel" with a class of the data, or "leave out", "keep" or null with ""',
                mend="correct them",
            )
        picture, label = self._digits[split, index]
        with self._lock:
            changed = {key: value for key, value in self._decisions.items() if key != (split, index)}
            if action is not None:
                changed[split, index] = Decision(split, index, picture, label, action, new_label)
            write_decisions(self._file, changed.values())
            self._decisions = changed

    def decide_json(self, values: Any) -> None:
        """Do what `decide` does with values that come from outside.

        Args:
            values: An object with the arguments of `decide` by name; others are ignored.

        Raises:
            DataError: As `decide`, or a value has another type.
        """
        known = values if isinstance(values, Mapping) else {}
        split, index, action, new_label = (known.get(name) for name in ("split", "index", "action", "new_label"))
        is_text = isinstance(split, str) and isinstance(new_label, str) and isinstance(action, str | None)
        if type(index) is not int or not is_text:
            raise DataError(
                "a decision of another form",
                expected='an object {"split": text, "index": number, "action": text or null, "new_label": text}',
                mend="correct it",
            )
        self.decide(split, index, action, new_label)  # type: ignore[arg-type]  # it checks them


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} can't be read ({error})", expected="a page that inkdigits review wrote", mend="check the path"
        ) from None
