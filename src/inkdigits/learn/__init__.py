"""The learn half: all that needs PyTorch, and the synthetic writing that it learns from."""
