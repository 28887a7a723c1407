"""The misread digits of a split with their explanation. Knows no page and no run folder."""

from collections.abc import Sequence

import numpy as np
import torch

from inkdigits.data.dataset import Split
from inkdigits.learn.evaluation.attribution import attribution_maps
from inkdigits.learn.evaluation.mistakes import Mistake
from inkdigits.learn.evaluation.neighbours import Neighbour, find_neighbours
from inkdigits.learn.report.content import MistakeCase, NeighbourDigit


def explain_mistakes(
    network: torch.nn.Module, mistakes: Sequence[Mistake], split: Split, train: Split
) -> tuple[MistakeCase, ...]:
    """Return misread digits with their nearest training digits and their attribution maps.

    Args:
        network: From (N, 1, 28, 28), float32, 0 … 1, to logits (N, classes); left as it was.
        mistakes: Which digits, from `find_mistakes`.
        split: The digits it was measured on.
        train: The digits it was trained on.
    """
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
