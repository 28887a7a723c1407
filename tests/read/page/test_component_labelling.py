import cv2
import numpy as np
import pytest

from inkdigits.read.page.component_labelling import label_components


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_boxes_and_areas_are_those_of_opencv(share):
    mask = np.random.default_rng(0).random((60, 90)) < share
    label_map, boxes, areas = label_components(mask)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    left, top, width, height, area = stats[1:].T
    expected = np.column_stack([left, top, left + width, top + height, area]).tolist()
    assert count == len(boxes) == len(areas) == label_map.max() + 1
    assert sorted(np.column_stack([boxes, areas])[1:].tolist()) == sorted(expected)


def test_each_label_fills_its_box_and_no_more():
    mask = np.zeros((20, 30), dtype=bool)
    mask[2:5, 3:9] = mask[5, 9] = True  # corners connect, too
    mask[10, 29] = True
    label_map, boxes, areas = label_components(mask.T)
    assert areas.tolist() == [0, 19, 1]
    for label, (left, top, right, bottom) in enumerate(boxes[1:].tolist(), 1):
        rows, columns = np.nonzero(label_map == label)
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (left, top, right, bottom)


def test_an_empty_mask_has_no_components():
    label_map, boxes, areas = label_components(np.zeros((4, 5), dtype=bool))
    assert not label_map.any()
    assert len(boxes) == len(areas) == 1
