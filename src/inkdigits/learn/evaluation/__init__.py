"""How well a network did and why it failed, in numbers. Knows arrays; nothing of charts and pages."""
