"""A recipe's layers as a torch module, a table and a picture. Knows nothing of training or data."""
