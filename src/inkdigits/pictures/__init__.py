"""Any picture file or array -> pixels; one digit -> normalized 28x28. Knows nothing of networks or labels.

`prepare.py` prepares the picture of one digit in these steps, for training and reading alike:

1. tell ink from paper and divide uneven light out (`light.py`, `histogram.py`);
2. threshold, and keep the strokes of the digit, without specks, ruled lines and neighbours (`strokes.py`);
3. crop and scale the ink into a 20x20 box, its centre of mass in the middle of 28x28 (`normalize.py`).

`inputs.py` is the gate: `files.py` (with `decoders/`) and `arrays.py` make 8-bit colour of any picture, within
`limits.py`, with `levels.py`. `png.py` and `grid.py` write digits.
"""
