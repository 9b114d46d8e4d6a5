"""One note's tokens, written as HTML."""
