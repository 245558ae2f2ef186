"""The page that asks: can two losses fight for ever."""
