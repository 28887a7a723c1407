"""What a computation runs on: other work beside it, many machines at once. Knows nothing of what is computed.

`ray_cluster` connects to a cluster; `waiting` says how long threads spin.
"""
