"""The misread digits of a split with their explanation. Knows no page and no run folder."""

import numpy as np
import torch

from inkdigits.core.types import Probabilities
from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.attribution import attribution_maps
from inkdigits.learn.evaluation.mistakes import find_mistakes
from inkdigits.learn.evaluation.neighbours import Neighbour, find_neighbours
from inkdigits.learn.report.content import MistakeCase, NeighbourDigit


def explain_mistakes(
    network: torch.nn.Module, probabilities: Probabilities, split: Split, train: Split
) -> tuple[MistakeCase, ...]:
    """Return every misread digit with its nearest training digits and its attribution map, most confident first.

    Args:
        network: From (N, 1, 28, 28), float32, 0 … 1, to logits (N, classes); left as it was.
        probabilities: (N, classes), float32, rows that sum to 1: what the network gives for `split`.
        split: The digits it was measured on.
        train: The digits it was trained on.
    """
    mistakes = find_mistakes(probabilities, split.labels)
    neighbours = find_neighbours(mistakes, split.images, train)
    places = np.array([each.index for each in mistakes], np.int64)
    predictions = np.array([each.prediction for each in mistakes], np.int64)
    maps = attribution_maps(network, split.images[places], split.labels[places], predictions)
    return tuple(
        MistakeCase(
            mistake=mistake,
            image=split.images[mistake.index],
            like_label=_neighbour_digit(nearest.of_label, train),
            like_prediction=_neighbour_digit(nearest.of_prediction, train),
            attribution=attribution,
        )
        for mistake, nearest, attribution in zip(mistakes, neighbours, maps, strict=True)
    )


def _neighbour_digit(neighbour: Neighbour | None, train: Split) -> NeighbourDigit | None:
    return None if neighbour is None else NeighbourDigit(neighbour, train.images[neighbour.index])
