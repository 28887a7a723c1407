"""Views: what a notebook's cell, or a file elsewhere, shows of each public object. Measures nothing.

A new view is a class here with `html`, `picture`, `chart` and `columns`, and a line in `VIEWS` of `inkdigits/__init__`.
"""
