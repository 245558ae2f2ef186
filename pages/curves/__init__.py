"""The page that asks: how hard does each loss pull."""
