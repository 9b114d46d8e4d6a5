"""What stands over and under letters, as browsers know to draw and to stretch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.site.math.spacing import text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# As wide as it is: over one letter.
_NARROW = {
    **{mark: mark for mark in "\u00af\u02d9\u00a8\u00b4\u02c7\u02d8`\u02da\u20db\u20dc"},
    "^": "\u02c6",
    "~": "\u02dc",
    "\u2192": "\u20d7",
}
# As wide as what it stands over.
_WIDE = {
    "^": "\u0302",
    "~": "\u02dc",
    "\u02c7": "\u02c7",
    "\u2190": "\u20d6",
    "\u2192": "\u20d7",
    "\u2194": "\u20e1",
}
_LINE = "\u2015"


def accent(node: Element) -> str:
    """The mark over or under a letter, as MathML; empty where it is none.

    Args:
        node: An `mover` or `munder` of the converter, which tells a wide mark from a narrow one
            by attributes that differ from mark to mark.
    """
    mark = node[1]
    shown = text(mark)
    if mark.tag != "mo":
        return ""
    if shown == _LINE:  # as thick as other lines, and no closer than they are
        line = "_" if node.tag == "munder" else "\u203e"
        return f'<mo scriptlevel="+0">{line}</mo>'
    if node.tag == "munder":
        return ""
    if shown in _WIDE and _is_wide(node, mark, shown):
        return f'<mo stretchy="true">{_WIDE[shown]}</mo>'
    return f'<mo stretchy="false">{_NARROW[shown]}</mo>' if shown in _NARROW else ""


def _is_wide(node: Element, mark: Element, shown: str) -> bool:
    if shown == "^":
        return node.get("accent") != "true"
    stretchy = mark.get("stretchy", "")
    return stretchy == {"~": "", "\u02c7": "true", "\u2192": ""}.get(shown, stretchy)
