"""C libraries that decode pictures, contained: libtiff's messages, and PDFium in a process of its own.

Knows nothing of what is in a picture.
"""
