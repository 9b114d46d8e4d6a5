"""Obsidian's syntax: one rule a file, each added to the parser by one function."""
