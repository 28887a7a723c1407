"""Where a user's corrections and adapted networks are, and which networks are in use. Changes nothing."""
