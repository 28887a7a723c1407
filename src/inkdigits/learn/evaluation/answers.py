"""A run's answers for many pictures without labels, and the table of them. Knows no file formats of pictures."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.core.atomic import write_text
from inkdigits.core.progress import track
from inkdigits.core.types import Images
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.training.tasks.inference import predict_logits


@dataclass(frozen=True)
class Answer:
    """What a network says of one picture.

    Attributes:
        id: What the picture is called.
        label: The name of the likeliest class; empty if nothing in the picture can be read.
        confidence: Its probability, 0 … 1; None if nothing can be read.
    """

    id: str
    label: str = ""
    confidence: float | None = None


def answer_images(run: TrainedRun, ids: tuple[str, ...], images: Images) -> list[Answer]:
    """Return a run's answers, with progress on stderr.

    Args:
        run: The run.
        ids: What each picture is called.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Raises:
        RunError: The run's network reads lines.
    """
    run.check_reads_digits()
    with run.autocast(), track("Predicting", len(images), unit="pictures") as advance:
        probabilities = predict_logits(run.network, images, advance).float().softmax(dim=1).cpu().numpy()
    best = np.argmax(probabilities, axis=1)
    return [
        Answer(name, run.classes[label], float(row[label]))
        for name, label, row in zip(ids, best, probabilities, strict=True)
    ]


def write_answers(answers: list[Answer], path: Path) -> None:
    """Write answers as CSV with the columns id, label and confidence; the file is whole or absent.

    Args:
        answers: In the order of the lines.
        path: The file to make or replace.

    Raises:
        StorageError: It can't be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "label", "confidence"])
    writer.writerows([one.id, one.label, "" if one.confidence is None else f"{one.confidence:.6f}"] for one in answers)
    write_text(path, text.getvalue())
