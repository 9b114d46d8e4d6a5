"""What stands around a note on its page, and comes from other notes."""
