"""Torch networks as ONNX models and back, with proof that both compute the same. Knows no runs and no corrections."""
