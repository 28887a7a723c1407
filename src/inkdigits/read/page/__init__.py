"""A picture -> the ink on its page: light, threshold, ruled lines, connected components. Knows no networks or lines."""
