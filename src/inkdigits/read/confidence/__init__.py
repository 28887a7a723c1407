"""What is known of a reading -> the probability that it is right. Knows no pages and no pictures.

`evidence.py` names the evidence for a line, a digit of it, and a picture of one digit. `calibration.py` turns it into a
confidence, with the weights in `calibration.json`, and a greatest share of errors into the least confidence.
`benchmarks/confidence.py` fits the weights and writes that file.
"""
