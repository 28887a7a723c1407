"""What a computation runs on: many machines at once. Knows nothing of what is computed.

`ray_cluster` connects to a cluster.
"""
