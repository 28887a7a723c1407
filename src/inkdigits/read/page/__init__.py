"""A picture -> the strokes on its paper: light, binarisation, ruling. Knows no networks and no lines."""
