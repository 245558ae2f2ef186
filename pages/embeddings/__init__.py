"""The page that asks: how far apart is far enough."""
