"""Losses of probabilities: the triangle, encodings, pairings, divergences."""
