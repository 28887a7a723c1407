"""From everything a run measured to one self-contained page. Knows nothing of how the run was made."""
