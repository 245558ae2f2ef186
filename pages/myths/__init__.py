"""The page that asks: true, false, or depends."""
