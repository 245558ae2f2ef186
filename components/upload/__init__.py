"""A visitor's own CSV: read, chosen from, checked."""
