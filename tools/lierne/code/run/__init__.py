"""Running the code of notes, and keeping in them what it printed and drew."""
