"""A user's corrections, and the networks adapted to them, on disk. Knows nothing of HTTP and of how networks learn."""
