"""Edges of pages and gutters belong to no line, and digits that run into them do."""

import numpy as np

from helpers.writing import blank, page_of, write
from inkdigits.read.layout.components import list_components
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.layout.page_edges import split_off_edges


def written(text="35826", left=80, lines=2):
    canvas = blank(100 * lines + 60, 420)
    for line in range(lines):
        write(canvas, text, left, 40 + 100 * line, 50)
    return canvas


def split(canvas):
    components, label_map, _ = list_components(page_of(canvas).mask)
    return split_off_edges(components, label_map)


def test_a_strip_along_the_border_is_an_edge_and_digits_are_not():
    canvas = written()
    canvas[:, :12] = 1
    others, edges = split(canvas)
    assert [(edge.left, edge.right) for edge in edges] == [(0, 12)]
    assert len(others) == len(list_components(page_of(written()).mask).components)


def test_a_digit_that_runs_into_an_edge_is_cut_off():
    canvas = written(left=20)
    canvas[:, :24] = 1
    alone = split(written(left=20))[0]
    others, edges = split(canvas)
    assert len(edges) == 1
    assert len(others) == len(alone)
    assert [len(line.components) for line in find_lines(page_of(canvas)).lines] == [5, 5]


def test_digits_that_the_border_cuts_off_are_no_edges():
    canvas = written(lines=1)[52:76]
    assert split(canvas)[1] == []
    canvas = written("11111", left=-15, lines=1)
    assert split(canvas)[1] == []


def test_a_gutter_parts_the_lines_of_two_pages():
    canvas = blank(260, 700)
    for left in (40, 420):
        for top in (40, 150):
            write(canvas, "4826", left, top, 50)
    canvas[:, 340:372] = 1
    layout = find_lines(page_of(canvas))
    assert len(layout.edges) == 1
    assert [len(line.components) for line in layout.lines] == [4] * 4
    assert all(line.length < 250 for line in layout.lines)


def test_lines_keep_their_ink_though_they_share_a_mark():
    canvas = written("358", lines=2)
    mark = canvas.copy()
    mark[100:120, 150:156] = 1  # a drop between the lines, near both
    layout = find_lines(page_of(mark))
    for number, line in enumerate(layout.lines, 1):
        own = [layout.line_of_label[one.label] for one in line.components if not one.is_mark]
        assert own == [number] * len(own)
    assert np.isin(layout.line_of_label, (-1, 0, 1, 2)).all()
