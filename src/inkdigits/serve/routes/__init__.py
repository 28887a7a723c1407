"""The routes of the HTTP interface, one subject a file. Knows nothing of sockets or security headers."""
