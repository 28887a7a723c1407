"""What is wrong with a data set, found before anything is learned from it. Needs no torch, and changes nothing.

- `check.py` runs all checks; each is a module that returns `Finding`s.
- `reading.py` reads a sample with the shipped network: pictures the wrong way round, labels shifted by one.
"""
