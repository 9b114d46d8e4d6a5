"""What `lierne serve` does: shows a site that is kept in memory, and makes anew what was saved."""
