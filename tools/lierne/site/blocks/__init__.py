"""How the blocks of code of a site hang together: by ids, targets, names and references."""
