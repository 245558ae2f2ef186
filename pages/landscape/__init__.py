"""The page that asks: why does training zigzag, stall or explode."""
