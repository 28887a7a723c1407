"""The shipped networks, and which networks a reader uses. Knows no pictures."""
