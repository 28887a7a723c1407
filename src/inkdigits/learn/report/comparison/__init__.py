"""A comparison as one web page. Knows comparisons; nothing of runs.

`charts.py` draws, `gallery.py` packs the digits on which the entrants differ, and `page.py` lays out.
"""
