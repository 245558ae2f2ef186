"""The page that asks: what is a margin worth."""
