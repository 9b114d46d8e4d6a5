"""Properties: what stands between the `---` at the top of a note."""
