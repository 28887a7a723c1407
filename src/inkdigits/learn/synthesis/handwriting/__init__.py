"""People and how they write: their digits, habits and pens, numbers with their signs.

- `people.py` has people with the digits that they wrote, as pictures or as the strokes of a pen.
- `trajectories.py` varies strokes, `signs.py` has those of signs, `pen.py` inks them.
- `numbers.py` has what people write: amounts, dates, times, sums.
- `hand.py` is one person's hand in one line.
"""
