"""Masks and what their overlap is worth: shapes, distances, the losses that compare a prediction with a mask."""
