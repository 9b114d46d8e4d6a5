"""From edited targets back to notes, so that neither side loses anything."""
