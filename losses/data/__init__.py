"""Points: published, drawn, spoiled, moved."""
