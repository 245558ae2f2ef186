"""The page that asks: how do I write it myself."""
