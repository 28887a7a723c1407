"""What readers were told they misread: kept as pictures and a journal. Knows nothing of networks or HTTP."""
