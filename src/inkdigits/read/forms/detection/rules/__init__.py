"""A mask of strokes -> long straight rules. Knows nothing of cells.

`proposed_lines` finds straight lines that many strokes lie on, and moves them to the middle of the ink, all at once.
`long_rules` measures the few that look like rules.
"""
