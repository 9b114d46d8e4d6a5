"""From tokens to HTML pages; knows no MkDocs."""
