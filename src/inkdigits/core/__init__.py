"""What every other package stands on: atomic files, locks, progress, quantiles, errors, array types."""
