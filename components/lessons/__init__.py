"""Guided sessions from text files: read and checked, and shown step by step on the pages that they open."""
