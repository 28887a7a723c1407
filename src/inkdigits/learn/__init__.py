"""The learn half: all that needs PyTorch, checks of data, and the synthetic writing that it learns from."""
