"""Surfaces over two weights and the paths of optimisers down them."""
