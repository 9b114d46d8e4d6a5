"""What is heard of MkDocs on the terminal."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def heard(verbosity: int) -> Iterator[None]:
    """Lets MkDocs say what goes wrong, and the rest only when asked.

    Args:
        verbosity: Above 0, all is said that it has to say.
    """
    logger = logging.getLogger("mkdocs")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.INFO if verbosity > 0 else logging.WARNING)
    if verbosity <= 0:
        # Our own findings are counted at the end, and `lierne check` prints them.
        handler.addFilter(lambda record: not record.name.startswith("mkdocs.plugins.lierne"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if verbosity > 0 else logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
