"""From the parser's tokens back to places in the note."""
