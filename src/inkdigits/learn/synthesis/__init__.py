"""Digits -> synthetic training data: lines, forms, other shapes of digits, what is no digit.

- `line.py` composes line images and transcripts: `line_writer.py` writes the ink, `paper.py` adds the paper.
- `handwriting/` has the people who write: their digits, habits and pens, and the numbers that they write.
- `allographs.json` has shapes of digits that the data sets hardly have: add one there.
- `printed.py` prints digits in fonts.
- `negatives.py` makes pictures without a digit, `sheet.py` whole pictures of writing, to measure reading.
- `forms/` composes filled-in forms: combs, boxes, tables, grids and sheets, scanned or photographed.

Everything is drawn from the generator that a function is given. The package imports no torch and knows no networks.
"""
