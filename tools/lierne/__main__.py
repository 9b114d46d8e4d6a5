"""`python -m lierne` is the command `lierne`."""

from lierne.faces.cli import main

main()
