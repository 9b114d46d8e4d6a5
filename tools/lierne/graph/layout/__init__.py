"""Where each concept stands on the map of all."""
