"""The page that asks: who moves when one point lies."""
