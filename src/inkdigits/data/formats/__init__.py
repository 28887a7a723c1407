"""Files of digits -> data sets: IDX, npz, CSV and folders of pictures, as they lie on people's disks.

- A reader gives `Part`s: pictures, labels as they stand in the file, and what to call the file in an error.
- `parts.py` makes a `Dataset` of them, and `label_values.py` says which labels are which classes.
- `layouts.py` finds the files that belong together in a folder.
- `unlabelled.py` reads pictures without labels.
"""
