"""The learn half: everything that needs PyTorch, and the synthetic writing that it learns from."""
