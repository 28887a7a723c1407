"""What is decided before the first step: device, network, precision, the run folder. Knows nothing of the loop."""
