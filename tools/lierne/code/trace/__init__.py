"""Tracebacks and warnings that name notes, wherever Python shows them."""
