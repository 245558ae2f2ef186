"""The page that asks: what shall we find out together. Beside it lie the lessons, a text file each."""
