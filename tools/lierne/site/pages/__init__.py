"""Pages that are no notes: lists and targets."""
