"""Runs the command line as `python -m inkdigits`. Knows nothing of the commands."""

from inkdigits.cli.app import main

if __name__ == "__main__":
    main()
