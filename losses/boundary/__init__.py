"""The best straight boundary between two classes, and what its scores are worth."""
