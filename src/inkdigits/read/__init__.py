"""Picture -> lines -> digits -> text, with networks in ONNX files. Knows nothing of how networks learn."""
