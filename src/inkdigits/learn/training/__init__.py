"""The only training loop, and the run folder it leaves. Knows nothing of charts or commands."""
