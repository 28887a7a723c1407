"""The code of the pages: found, and run as a reader would run it.

The commands of a page run in a folder of its own, in their order; then its Python blocks, as one program. `files.py`
puts the pictures there that pages speak of. A Korean page with the same code as its English twin is not run again.
"""
