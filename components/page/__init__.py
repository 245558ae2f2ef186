"""The frame that every page has, and parameters as its settings."""
