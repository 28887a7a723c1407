"""The page on which people decide on doubtful labels.

`content.py` packs what the page's script shows into JSON and sprite sheets, `page.py` writes the page.
"""
