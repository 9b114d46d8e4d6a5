"""A Transformer in NumPy: every operator with its way back, one module a concept."""
