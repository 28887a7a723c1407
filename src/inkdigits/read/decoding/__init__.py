"""Outputs of line networks -> CTC decoding -> rescoring -> text. Knows no pages and no pictures."""
