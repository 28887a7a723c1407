"""What a network is trained on, step by step: batches, loss and score. Knows no optimiser and no loop."""
