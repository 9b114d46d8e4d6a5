"""Has MkDocs build and serve the site: what Lierne asks of MkDocs, and not MkDocs of Lierne."""
