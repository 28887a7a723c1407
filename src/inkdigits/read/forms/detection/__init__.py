"""A picture -> the grids of cells on it, found by structure. Knows no networks and no digits.

`structure` finds strokes; `quads` the spaces they enclose, which `lattice` puts in rows and columns and `completion`
completes; `long_rules` finds rules, which `combs`, `open_tables` and `column_rules` take for forms where cells are not
closed. `find_forms` chooses among what they propose.
"""
