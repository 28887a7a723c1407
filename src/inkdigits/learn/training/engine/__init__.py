"""What a training step is made of: forward and backward, optimiser, precision, metrics. Knows no loop and no files."""
