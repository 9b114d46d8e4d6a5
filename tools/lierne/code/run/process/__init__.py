"""A process of its own for each note that is run, and what it may use."""
