"""Labelled lines: found on their pictures, learned by line networks, read to measure these. Knows no single digits."""
