"""Digits written into forms: combs, boxes, tables, grids, graph paper and sheets, scanned or photographed.

- `compose.py` makes a `Form`: a picture, and the text and corners of every cell (`truth.py`).
- `row_blocks.py`, `table_block.py` and `graph_block.py` draw the kinds of blocks on a `canvas.py`; `contents.py`
  plans what stands in them; `hand.py` is the person who writes.
- `style.py` has two sets of styles that share nothing: one to train with, one held back to measure.
- `camera.py` and `light.py` turn the page into a picture.

Everything is drawn from the generator that a function is given. The package imports no torch and knows no networks.
"""
