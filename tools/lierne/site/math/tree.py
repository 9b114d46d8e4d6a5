"""Mends the converter's tree for browsers and writes it out, with nothing in it but MathML.

Browsers know MathML Core: no alignment of columns, no bold letters but those of Unicode, no
space round a function's name. The converter also passes on attributes that a note could abuse.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from lierne.site.math.letters import styled
from lierne.site.math.tex import TexError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_CHILDREN = {
    "mfrac": 2,
    "mover": 2,
    "mroot": 2,
    "msub": 2,
    "msubsup": 3,
    "msup": 2,
    "munder": 2,
    "munderover": 3,
}
_TAGS = {
    *_CHILDREN,
    *("mi", "mn", "mo", "mpadded", "mphantom", "mrow", "mspace", "msqrt", "mstyle", "mtable"),
    *("mtd", "mtext", "mtr"),
}
_LENGTH = re.compile(r"-?[0-9.]+(?:em|ex|pt|px|%|mu)?")
_WORD = re.compile(r"true|false|prefix|infix|postfix|normal|[0-3]")
_COLOUR = re.compile(r"[a-zA-Z]{1,30}|#[0-9a-fA-F]{3,8}")
_ATTRIBUTES = {
    **dict.fromkeys(("width", "height", "depth", "lspace", "rspace", "voffset"), _LENGTH),
    **dict.fromkeys(("minsize", "maxsize", "linethickness"), _LENGTH),
    **dict.fromkeys(("stretchy", "fence", "form", "movablelimits", "accent"), _WORD),
    **dict.fromkeys(("displaystyle", "scriptlevel", "mathvariant"), _WORD),
    **dict.fromkeys(("mathcolor", "mathbackground"), _COLOUR),
}
_ABOVE_AND_BELOW = set("∑∏∐⋀⋁⋂⋃⨀⨁⨂⨆")  # noqa: RUF001
_LIMITS = {"lim", "max", "min", "sup", "inf", "det", "gcd", "Pr"}
_SCRIPTS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
# What stands over a letter, as browsers know to draw and stretch it.
_ACCENTS = {"^": "\u02c6", "~": "\u02dc", "―": "\u203e"}
_WIDE = {"^": "\u0302"}
_LONG_ARROWS = {"→": "⟶", "←": "⟵"}
_BREAKS = frozenset("=≈≡≠<>≤≥∼≃≅∝→←↦⇒⇔∈∉⊂⊆∣+−-·⋅×±⊕⊗⊙")  # noqa: RUF001
_LONG = 8
_WIDER = '<mspace width="0.5em"></mspace>'
_THIN = '<mspace width="0.167em"></mspace>'


def write(root: Element) -> str:
    """Writes the inside of a formula.

    Raises:
        TexError: The formula is not whole, or has a command that nobody knows.
    """
    return _row(list(root))


def write_in_pieces(root: Element) -> list[str]:
    """Writes a formula that stands in a line of text, in pieces between which a line may end.

    Browsers do not break formulas, and a long one would stick out of a narrow page.

    Raises:
        TexError: As `write`.
    """
    nodes = list(root[0]) if len(root) == 1 and root[0].tag == "mrow" else list(root)
    if len(nodes) < _LONG or any(node.get("linebreak") for node in nodes):
        return [write(root)]
    pieces: list[list[Element]] = [[]]
    for node in nodes:
        pieces[-1].append(node)
        if node.tag == "mo" and _text(node) in _BREAKS and len(pieces[-1]) > 1:
            pieces.append([])
    return [f"<mrow>{_row(piece)}</mrow>" for piece in pieces if piece]


def _element(node: Element) -> str:
    tag = node.tag if node.tag in _TAGS else "mrow"
    attributes = _kept(node)
    kind = _kind(node)
    if tag in {"mi", "mn", "mo", "mtext"} and not len(node):
        return _leaf(tag, node, attributes)
    if tag in _CHILDREN and len(node) != _CHILDREN[tag]:
        raise TexError("a part of the formula is missing")
    if tag in _SCRIPTS and _takes_limits(node[0]):
        tag = _SCRIPTS[tag]
    if tag == "mtable":
        inside = "".join(_table(node))
    elif tag in ("mover", "munder") and (accent := _accent(node)):
        inside = _element(node[0]) + accent
        attributes = ' accent="true"' if 'stretchy="false"' in accent else ""
    elif tag in _CHILDREN:
        inside = "".join(map(_element, map(_unwrapped, node)))
    else:
        inside = _row(list(node))
    if tag == "mpadded" and (node.get("width") or "").startswith("+"):
        return f"<mrow>{_WIDER}{_row(list(node[:1]))}{_WIDER}</mrow>"  # no browser adds to a width
    if tag == "mo":
        tag = "mrow"  # a group that the note calls an operator
    return f"<{tag}{kind}{attributes}>{inside}</{tag}>"


def _accent(node: Element) -> str:
    text = _text(node[1])
    if node[1].tag != "mo" or text not in _ACCENTS:
        return ""
    if node.tag == "munder":
        return "<mo>_</mo>" if text == "―" else ""
    wide = text in _WIDE and node.get("accent") != "true" and node[1].get("stretchy") != "false"
    stretchy = "" if wide or text == "―" else ' stretchy="false"'
    return f"<mo{stretchy}>{_WIDE[text] if wide else _ACCENTS[text]}</mo>"


def _unwrapped(node: Element) -> Element:
    # The arrow of `\xrightarrow`: browsers cannot draw it out, so it is the long one.
    if node.tag == "mstyle" and len(node) == 1 and _text(node[0]) in _LONG_ARROWS:
        node[0].text = _LONG_ARROWS[_text(node[0])]
        return node[0]
    return node


def _row(nodes: list[Element]) -> str:
    if any(node.get("linebreak") for node in nodes):
        return _broken(nodes)
    out: list[str] = []
    for index, node in enumerate(nodes):
        if _is_name(node):
            before = nodes[index - 1] if index else None
            after = nodes[index + 1] if index + 1 < len(nodes) else None
            gap_before = before is not None and _is_letter(before)
            gap_after = after is not None and not _opens(after)
            out += [_THIN * gap_before, _element(node), _THIN * gap_after]
        else:
            out.append(_element(node))
    return "".join(out)


def _broken(nodes: list[Element]) -> str:
    # Lines outside an environment: what `\\` means to whoever writes it there.
    rows: list[list[Element]] = [[]]
    for node in nodes:
        if node.get("linebreak"):
            rows.append([])
        else:
            rows[-1].append(node)
    cells = (_row(row) for row in rows if row)
    inside = "".join(f"<mtr><mtd>{cell}</mtd></mtr>" for cell in cells)
    return f'<mtable displaystyle="true">{inside}</mtable>'


def _table(table: Element) -> Iterator[str]:
    columns = (table.get("columnlines") or "").split()
    lines = (table.get("rowlines") or "").split()
    for number, row in enumerate(table):
        ruled = number and lines and lines[min(number, len(lines)) - 1] != "none"
        yield '<mtr class="math-rule">' if ruled else "<mtr>"
        for place, cell in enumerate(row):
            line = place and place <= len(columns) and columns[place - 1] != "none"
            names = [f"math-{cell.get('columnalign', 'center')}"] + ["math-line"] * bool(line)
            shown = " ".join(n for n in names if n in {"math-left", "math-right", "math-line"})
            inside = _row(list(cell))
            yield f'<mtd class="{shown}">{inside}</mtd>' if shown else f"<mtd>{inside}</mtd>"
        yield "</mtr>"


def _leaf(tag: str, node: Element, attributes: str) -> str:
    raw = node.text or ""
    text = unescape(raw)
    if tag == "mi" and text.startswith("\\") and len(text) > 1:
        raise TexError(f"the command `{text}` is not known")
    if tag == "mi" and raw in {"&", "{", "}"}:
        raise TexError(f"`{raw}` stands where it means nothing")
    variant = node.get("mathvariant")
    if tag == "mo" and _is_name(node):
        limits = _takes_limits(node)
        attributes = ' lspace="0" rspace="0"' + ' movablelimits="true"' * limits
    elif variant and variant != "normal":
        text = styled(text, variant)
    elif tag == "mi" and raw.startswith("&#") and text.isascii() and text.isalpha():
        # The converter's way to say `\mathrm` of one letter, which browsers would slant.
        attributes = ' mathvariant="normal"'
    return f"<{tag}{attributes}>{escape(text, quote=False)}</{tag}>"


def _kept(node: Element) -> str:
    kept = ""
    for name, raw in node.attrib.items():
        value = "-0.167em" if raw == "negativethinmathspace" else raw
        if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value):
            kept += f' {name}="{value}"'
    return kept


def _kind(node: Element) -> str:
    if node.tag == "menclose":
        return ' class="math-box"' if node.get("notation") == "box" else ' class="math-strike"'
    if node.tag == "mtable" and (node.get("columnspacing") or "").startswith("0em"):
        return ' class="math-align"'
    return ""


def _core(node: Element) -> Element:
    while node.tag in {*_SCRIPTS, *_SCRIPTS.values()} and len(node):
        node = node[0]
    return node


def _text(node: Element) -> str:
    return re.sub("[\u2006\u2009 ]", "", unescape(node.text or ""))


def _is_name(node: Element) -> bool:
    core = _core(node)
    text = _text(core)
    return core.tag in {"mi", "mo"} and len(text) > 1 and text.isalpha()


def _takes_limits(node: Element) -> bool:
    text = _text(node)
    if node.tag == "mo" and node.get("movablelimits") == "true":
        return True
    return node.tag in {"mo", "mi"} and (text in _LIMITS or text in _ABOVE_AND_BELOW)


def _is_letter(node: Element) -> bool:
    core = _core(node)
    return core.tag in {"mi", "mn"} or _text(core) in {")", "]", "}"}


def _opens(node: Element) -> bool:
    while node.tag == "mrow" and len(node):
        node = node[0]
    return node.tag in {"mspace", "mo"} and not _is_name(node)
