"""Where the names of Python code are defined and used: read from syntax trees, never run."""
