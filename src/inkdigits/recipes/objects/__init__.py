"""Recipes written in Python: layers, optimisers and keys as typed objects and arguments. Knows no torch."""
