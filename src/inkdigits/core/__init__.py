"""Basics that every other package uses. Knows none of them.

- `types.py`: array types and sizes; `errors.py`: the errors that users see, one class a kind.
- `atomic.py`: files that are whole or absent; `locks.py`: locks between processes; `progress.py`: progress on stderr.
- `cores.py`: how many processor cores there are; `machine/`: a cluster of many machines.
- `quantiles.py`: fast quantiles; `spelling.py`: suggestions for misspelt words.
"""
