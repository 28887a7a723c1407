"""Misread pictures -> a page that shows them with the reasons, and the risk-coverage curve.

Knows nothing of networks, or of where the pictures come from.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from jinja2 import Environment
from matplotlib.figure import Figure
from measures import Answer, edit_distance, risk_coverage
from PIL import Image

from inkdigits.core.formatting import percent
from inkdigits.read.result import Digit, Reading

_COVERAGES = [share / 100 for share in range(2, 101, 2)]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Misread</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #222 }
  main { display: grid; grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem }
  figure { margin: 0; padding: .75rem; border: 1px solid #ddd; border-radius: .5rem }
  figure img { max-width: 100%; max-height: 20rem; display: block; margin: 0 auto .5rem }
  figcaption b { font-variant-numeric: tabular-nums } ul { margin: .25rem 0 0; padding-left: 1.2rem }
</style></head><body>
<h1>What is still misread</h1>
<p>{{ count }} of {{ total }} pictures. Boxes show what was read: blue is sure, orange is not, grey was refused. Below a
picture is what the network saw.</p>
<h2>How often it errs, by how sure it is</h2>
{{ chart }}
{% for name, items in sets %}<h2>{{ name }}: {{ items|length }}</h2>
<main>{% for item in items %}<figure><img src="{{ item.picture }}" alt="{{ item.answer.transcript }}">
<figcaption>{{ item.answer.name }}: <b>{{ item.answer.transcript }}</b> read as
<b>{{ item.answer.read or "nothing" }}</b>
<ul>{% for reason in item.reasons %}<li>{{ reason }}</li>{% endfor %}</ul></figcaption></figure>{% endfor %}</main>
{% endfor %}</body></html>
"""


@dataclass(frozen=True)
class Misread:
    """A picture that was not read as it should have been.

    Attributes:
        answer: The transcript, and what was read.
        reasons: How they differ, and why.
        picture: A data URL of the picture with what was read drawn on it.
    """

    answer: Answer
    reasons: Sequence[str]
    picture: str


@dataclass
class Gallery:
    """Collects answers, and the pictures of the wrong ones, set by set."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    misread: dict[str, list[Misread]] = field(default_factory=dict)

    def add(self, name: str, answer: Answer) -> None:
        """Add an answer.

        Args:
            name: Its set.
            answer: What was read.
        """
        self.answers.setdefault(name, []).append(answer)

    def show(self, name: str, answer: Answer, reading: Reading, picture: Image.Image) -> None:
        """Add the picture of a wrong answer.

        Args:
            name: Its set.
            answer: What was read.
            reading: The reader's whole result.
            picture: The picture with the result drawn on it.
        """
        self.misread.setdefault(name, []).append(
            Misread(answer, reasons(answer.transcript, reading), _data_url(picture))
        )

    def write(self, path: Path) -> None:
        """Write the page as one self-contained file.

        Args:
            path: Where; folders are created.
        """
        sets = [(name, sorted(items, key=lambda item: -item.answer.confidence)) for name, items in self.misread.items()]
        page = Environment(autoescape=True).from_string(_PAGE)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = page.render(
            sets=sets,
            count=sum(map(len, self.misread.values())),
            total=f"{sum(map(len, self.answers.values())):,}",
            chart=_Markup(draw_risk(self.answers)),
        )
        path.write_text(text, "utf-8")


class _Markup(str):
    """Text that needs no escaping: it is markup."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def reasons(transcript: str, reading: Reading) -> list[str]:
    """Return how a reading differs from the transcript, and which alternatives the reader had.

    Args:
        transcript: The right answer, lines joined by newlines.
        reading: What was read.
    """
    refused = [
        f"refused: {line.text}, which it was sure of to {percent(line.confidence, 0)}"
        + (" (right)" if line.text in transcript.split("\n") else "")
        for line in reading.refused
    ]
    lines = [*reading.lines, *reading.refused]
    if not lines:
        return ["no writing was found"]
    found, expected = len(reading.lines), transcript.count("\n") + 1
    if found > expected:
        refused.append(f"{found} lines were found in place of {expected}")
    digits = [digit for line in reading.lines for digit in line.digits]
    return refused + (_differences(transcript.replace("\n", ""), digits) if digits else [])


def _differences(transcript: str, digits: Sequence[Digit]) -> list[str]:
    read = "".join(digit.digit for digit in digits)
    if len(transcript) == len(read):
        wrong = [number for number, (one, other) in enumerate(zip(transcript, read, strict=True)) if one != other]
        if len(wrong) == edit_distance(transcript, read):
            return [_replacement(transcript[number], digits[number], number + 1) for number in wrong]
    differences = []
    for kind, first, last, start, end in SequenceMatcher(None, transcript, read, autojunk=False).get_opcodes():
        if kind == "delete":
            differences.append(f"not seen: {transcript[first:last]} at place {first + 1}")
        elif kind == "insert":
            differences.append(f"seen though it isn't there: {read[start:end]} before place {first + 1}")
        elif kind == "replace" and last - first == end - start:
            replaced = zip(range(first, last), digits[start:end], strict=True)
            differences += [_replacement(transcript[number], digit, number + 1) for number, digit in replaced]
        elif kind == "replace":
            differences.append(f"{transcript[first:last]} at place {first + 1} seen as {read[start:end]}")
    return differences


def _replacement(right: str, digit: Digit, place: int) -> str:
    order = [other.digit for other in digit.alternatives]
    rank = f"{right} was not thought of"
    if right in order:
        place_of_right = order.index(right)
        share = percent(digit.alternatives[place_of_right].confidence, 0)
        rank = f"{right} was choice {place_of_right + 2} with {share}"
    return f"{right} at place {place} seen as {digit.digit} ({percent(digit.confidence, 0)}; {rank})"


def draw_risk(sets: Mapping[str, Sequence[Answer]]) -> str:
    """Draw the risk-coverage curve of each set: the error rate of the most confident answers by their share of all.

    Args:
        sets: Answers by the name of their set.

    Returns:
        An SVG element.
    """
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.subplots()
    for name, answers in sets.items():
        risks = risk_coverage(answers, _COVERAGES)
        axes.plot([100 * share for share in _COVERAGES], [100 * risk for risk in risks.values()], label=name)
    axes.set(xlabel="answers kept, the surest first (%)", ylabel="wrong among them (%)", xlim=(0, 100))
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg")
    return drawn.getvalue()[drawn.getvalue().index("<svg") :]


def _data_url(picture: Image.Image) -> str:
    small = picture.copy()
    small.thumbnail((640, 640))
    file = io.BytesIO()
    small.save(file, "WEBP", quality=80)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
