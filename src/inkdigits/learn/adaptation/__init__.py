"""The shipped reader learns from its user's corrections. Knows nothing of HTTP or of how corrections come about."""
