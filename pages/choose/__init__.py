"""The page that asks: which loss should I use."""
