"""What becomes of edits: the same cases, played on Lierne and on its best-known peer."""
