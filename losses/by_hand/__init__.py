"""Losses written once more from their definitions, in NumPy alone: what one writes oneself."""
