"""The page that opens the app and asks: what does a loss do."""
