"""The one parser: bytes to notes, names to paths."""
