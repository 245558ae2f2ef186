"""The best line or constant under any regression loss."""
