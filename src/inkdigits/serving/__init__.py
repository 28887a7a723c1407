"""The draw pad and the HTTP interface over reading. Knows no maths and nothing of how networks learn."""
