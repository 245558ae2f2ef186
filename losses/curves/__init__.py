"""Losses seen along one number."""
