"""Which pages and files a site has, where they stand, and what is on each."""
