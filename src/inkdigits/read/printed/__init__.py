"""Print or handwriting: which digits of a reading are printed, and a reading without them.

`classifier.py` judges single digits by their shape with a network of its own, `evidence.py` gathers what the others of
the line say, `mark.py` puts both together, and `handwriting.py` leaves print out. `benchmarks/printed.py` learns all of
it.
"""
