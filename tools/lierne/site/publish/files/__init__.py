"""The files of a site that are no pages."""
