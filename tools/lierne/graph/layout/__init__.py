"""Where each concept stands in the drawing of all."""
