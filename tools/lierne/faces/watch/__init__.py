"""What `lierne watch` does: waits for saves, and brings notes and targets together."""
