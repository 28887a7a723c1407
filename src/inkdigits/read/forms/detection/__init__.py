"""A picture -> the grids of cells on it, found by structure. Knows no networks and no digits.

`structure` finds strokes; `spaces` the four-sided spaces that they enclose, which `lattice` puts in rows and columns,
`completion` completes and `joining` joins; `rules` finds long rules, which `combs` and `open` take for forms where
cells are not closed. `find_forms` chooses among what they propose; `first_look` looks at a small copy of the page.
"""
