"""What can be asked over HTTP, one subject a file. Knows nothing of sockets, headers of security, or limits' values."""
