"""A Transformer in NumPy, forward and backward, one module a concept."""
