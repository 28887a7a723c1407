"""The ink of a page -> lines of writing in reading order. Knows no light and no networks."""
