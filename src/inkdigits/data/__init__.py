"""Labelled digits from files, libraries and mirrors: `load` gives a `Dataset`. Knows nothing of networks or training.

- A new file format is a module with a reader that returns a `Dataset`. `load.py` calls it by the file's name.
- A new named data set is a module with a loader. `load.py` calls it and has its name in `NAMES`.
- A source without a test set gets one from `holdout.py`.
"""
