"""Every loss, a function each, by what it compares."""
