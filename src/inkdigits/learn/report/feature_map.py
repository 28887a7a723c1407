"""Packs a map of digits for the page's script. Knows no HTML and no network."""

from typing import Any

import numpy as np

from inkdigits.learn.evaluation.feature_map import FeatureMap
from inkdigits.learn.report.sprites import png_uri, posterize, sprite_sheet

_COLUMNS = 50
"""Digits in a row of the sprite sheet."""

_UNIT = 1000
"""Places are whole numbers of 1 / 1,000."""


def pack_feature_map(feature_map: FeatureMap, classes: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON-ready record that the page's script draws.

    Args:
        feature_map: The digits and their places.
        classes: The name of each class number.
    """
    images = [*posterize(feature_map.images), *[None] * (-len(feature_map.images) % _COLUMNS)]
    rows = [images[start : start + _COLUMNS] for start in range(0, len(images), _COLUMNS)]
    places = np.rint(feature_map.positions * _UNIT).astype(int)
    return {
        "split": feature_map.split,
        "classes": list(classes),
        "columns": _COLUMNS,
        "unit": _UNIT,
        "sheet": png_uri(sprite_sheet(rows)),
        "indices": feature_map.indices.tolist(),
        "labels": feature_map.labels.tolist(),
        "predictions": feature_map.predictions.tolist(),
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
    }
