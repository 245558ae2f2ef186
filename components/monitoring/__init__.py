"""What the process tells its keepers: numbers on a private port, and errors as lines of JSON."""
