"""The face that pytest knows: failures name notes, and a note's run blocks are tests."""
