"""A recipe's layers as a torch module, a summary table and a diagram. Knows nothing of training or data."""
