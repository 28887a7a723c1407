"""What a user knows of the text of a line: a pattern or a check function. Knows no pictures and no networks.

`syntax.py` parses a pattern, a subset of regular expressions. `automaton.py` makes a finite automaton over the labels
of a network from it, with which `decoding/fitting.py` goes along the frames of a line. `constraint.py` has all that a
user may ask for together.
"""
