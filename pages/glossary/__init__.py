"""The page that asks: what does that word mean."""
