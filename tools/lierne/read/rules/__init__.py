"""One file, one rule of Obsidian's syntax."""
