"""A figure as a file: SVG with its key, and with what it shows in words."""

from __future__ import annotations

import re
from html import escape

from lierne.code.run.shown.attention import element

# What matplotlib puts before the drawing: the XML's own lines, and a definition to be found
# on another host.
_FRONT = re.compile(r"^(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>]*>\s*)?(?=<svg\b)")
_OPENING = re.compile(r"<svg\b[^>]*>")
_KEY = re.compile(rb"<!-- lierne key=([0-9a-f]{16}) -->")


def finished(svg: str, key: str, alt: str, data: str = "") -> bytes:
    """The file of a figure.

    Args:
        svg: As matplotlib gave it, or the block itself.
        key: The key of the block that drew it.
        alt: What it shows, in words.
        data: What it carries for who wants to explore it, as `compact` gives it.
    """
    svg = _FRONT.sub("", svg)
    opening = _OPENING.match(svg)
    end = opening.end() if opening else 0
    words = f"\n<!-- lierne key={key} -->\n<title>{escape(alt, quote=False)}</title>{element(data)}"
    role = "" if " role=" in svg[:end] else ' role="img"'
    return f"{svg[: end - 1]}{role}{svg[end - 1 : end]}{words}{svg[end:]}".encode()


def figure_key(figure: bytes) -> str | None:
    """The key of the block that drew a figure, None where the file says none."""
    found = _KEY.search(figure, 0, 4096)
    return None if found is None else found[1].decode()
