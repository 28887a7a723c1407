"""The shipped network for single digits, fine-tuned on a user's corrections. Knows nothing of HTTP and of commands."""
