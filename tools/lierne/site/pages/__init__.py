"""From rendered notes to the pages of the site, and where each of them stands."""
