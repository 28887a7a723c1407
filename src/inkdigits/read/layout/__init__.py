"""Strokes of a page -> connected components -> lines in reading order. Knows no networks."""
