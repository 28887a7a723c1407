"""A run -> one ONNX file that computes the same. Knows nothing of commands."""
