"""Digits of named people: pen strokes and scanned crops of European writers, and who wrote MNIST's digits.

- `pendigits.py`, `uji.py`, `swiss.py`, `mnist_writers.py`: one source each. The first three also give a `Dataset`.
- `source.py` finds a source's .npz file or downloads its archive; `archive.py`, `unipen.py`, `lzw.py` unpack that.
- `strokes.py` and `crops.py`: what digits are kept as. `drawing.py` draws strokes, `pictures.py` makes 28x28 of both.
"""
