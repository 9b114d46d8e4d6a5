"""Targets on disk: what may be written, and what the last run saw."""
