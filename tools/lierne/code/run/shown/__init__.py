"""What notes show of what their run blocks printed and drew."""
