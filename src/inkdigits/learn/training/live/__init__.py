"""A training that is watched and steered while it runs, through files in its run folder. Knows no servers and pages.

- `listener.py` writes what happens and obeys commands; the loop asks it where to wait.
- `pictures.py` looks into the network: its first weights, its answers to ten digits, what it confuses.
"""
