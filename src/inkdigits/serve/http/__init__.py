"""What every request goes through: limits, security headers, errors, metrics. Knows nothing of what is served."""
