"""The page that asks: which output goes with which loss."""
