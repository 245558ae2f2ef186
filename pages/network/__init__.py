"""The page that asks: what does a real network's landscape look like."""
