"""The page that asks: why L1 gives exact zeros, and what a penalty buys."""
