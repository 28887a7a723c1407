"""MNIST digits -> writing as people put it on paper. Knows nothing of networks or of reading."""
