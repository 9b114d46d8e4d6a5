"""A folder of notes: what is in it, what its links mean, who links to whom."""
