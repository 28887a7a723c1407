"""Any picture file -> array; one digit -> its 28x28 form. Knows nothing of networks or labels."""
