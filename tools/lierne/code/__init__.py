"""From blocks to targets: chunks, map, tangle."""
