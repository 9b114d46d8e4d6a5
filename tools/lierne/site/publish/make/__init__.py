"""Makes each kind of page, from what there is of the site."""
