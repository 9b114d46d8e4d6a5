"""What people and programs touch: commands, reports, the MkDocs plugin."""
