"""Where labelled digits come from. Knows nothing of networks or training."""
