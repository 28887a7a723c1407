"""What watches a training: a progress bar or plain lines, and TensorBoard events. Knows nothing of the loop."""
