"""Distances between embeddings: what losses pull at, which triplets are mined, a small map that is trained on them."""
