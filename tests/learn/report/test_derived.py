import base64
import io
from dataclasses import replace

import numpy as np
import PIL.Image
import torch
from torch import nn

from inkdigits.learn.networks.modules import first_layer_weights
from inkdigits.learn.report.content import NetworkInfo, ReportContent, ValueRange
from inkdigits.learn.report.derived import (
    MOST_BARS,
    MOST_CLASSES,
    confusion_rows,
    draw_first_weights,
    example_bars,
    most_confused,
    pixel_patch,
)
from inkdigits.learn.report.page import render


def test_patch_shows_stored_and_scaled_values(content: ReportContent) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10:14, 10:14] = 255
    cells = [cell for row in pixel_patch(image, content) for cell in row]
    assert len(cells) == 64
    assert {(cell.before, cell.after, cell.ink) for cell in cells} == {("0", "0.00", 0.0), ("255", "1.00", 1.0)}


def test_patch_follows_the_ranges_it_is_given(content: ReportContent) -> None:
    centred = replace(content, after_scaling=ValueRange("float32", -1, 1))
    assert pixel_patch(np.zeros((28, 28), np.uint8), centred)[0][0].after == "-1.00"


def test_bars_are_every_class_or_the_likeliest_and_the_label(content: ReportContent) -> None:
    assert [each.name for each in example_bars(content)] == list(content.classes)
    probabilities = np.linspace(0.001, 0.2, 30, dtype=np.float32)
    many = replace(
        content,
        classes=tuple(map(str, range(30))),
        example=replace(content.example, label=2, probabilities=probabilities),
    )
    bars = example_bars(many)
    assert len(bars) == MOST_BARS + 1
    assert [each.name for each in bars if each.is_label] == ["2"]
    assert [each.name for each in bars if each.is_prediction] == ["29"]


def test_pairs_are_ranked_and_never_right_answers() -> None:
    pairs = most_confused(np.array([[50, 0, 2], [1, 40, 0], [0, 5, 30]]))
    assert [(each.label, each.prediction, each.count) for each in pairs] == [(2, 1, 5), (0, 2, 2), (1, 0, 1)]


def test_only_mistakes_are_shaded_and_of_many_classes_the_most_mistaken_stay() -> None:
    rows = confusion_rows(np.array([[50, 1], [4, 40]]))
    assert [[cell.count for cell in row] for row in rows] == [[50, 1], [4, 40]]
    assert rows[0][0].shade == rows[1][1].shade == 0
    assert rows[1][0].shade > rows[0][1].shade > 0
    many = np.diag(np.full(60, 9))
    many[59, 58] = 4
    kept = confusion_rows(many)
    assert len(kept) == len(kept[0]) == MOST_CLASSES
    assert {58, 59} <= {row[0].label for row in kept}


def pixels(source: str) -> np.ndarray:
    return np.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))


def test_a_network_of_one_layer_has_a_template_for_each_class(content: ReportContent) -> None:
    found = draw_first_weights(content)
    assert found
    assert [picture.name for picture in found.pictures] == list(content.classes)
    weights = content.network.first_weights
    assert weights is not None
    unit, row, column = np.unravel_index(np.abs(weights).argmax(), weights.shape)
    strongest = pixels(found.pictures[unit].source)[row, column].tolist()
    assert strongest == ([184, 74, 0] if weights[unit, row, column] < 0 else [27, 95, 184])
    page = render(content)
    assert page.count(found.pictures[3].source) == 1
    assert "What the first layer looks for" in page


def test_kernels_have_no_names_and_not_all_are_drawn(content: ReportContent) -> None:
    network = nn.Sequential(nn.Conv2d(1, 100, 5), nn.Flatten(), nn.Linear(57600, 10))
    shown = replace(content, network=NetworkInfo(content.network.rows, 0, "", first_layer_weights(network)))
    found = draw_first_weights(shown)
    assert found
    assert (len(found.pictures), found.units) == (64, 100)
    assert pixels(found.pictures[0].source).shape == (5, 5, 3)
    assert {picture.name for picture in found.pictures} == {""}


def test_other_first_layers_are_not_drawn(content: ReportContent) -> None:
    assert first_layer_weights(nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(784, 10))) is None
    assert first_layer_weights(nn.Flatten()) is None
    broken = torch.full((10, 28, 28), float("nan")).numpy()
    assert draw_first_weights(replace(content, network=NetworkInfo((), 0, "", broken))) is None
    assert "What the first layer looks for" not in render(replace(content, network=NetworkInfo((), 0)))
