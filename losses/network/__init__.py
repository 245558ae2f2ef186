"""Real networks, small enough to train while one looks on."""
