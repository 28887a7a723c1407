"""HTTP for every request: limits, security headers, errors, metrics. Knows nothing of what is served."""
