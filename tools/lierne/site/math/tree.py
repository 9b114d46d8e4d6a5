"""Mends the converter's tree for browsers and writes it out, with nothing in it but MathML.

Browsers know MathML Core: no alignment of columns, no bold letters but those of Unicode, no
space round a function's name. The converter also passes on attributes that a note could abuse.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from lierne.site.math.accents import accent
from lierne.site.math.letters import styled
from lierne.site.math.spacing import BARS, SCRIPTS, SUMS, THIN, is_name, kind, text
from lierne.site.math.tex import RULE, TexError

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
# How an array's columns are set, which the rewritten TeX says as a style.
_COLUMNS = re.compile("[lcr|]+")
_COLOUR = re.compile(r"[a-zA-Z]{1,30}|#[0-9a-fA-F]{3,8}")
_ATTRIBUTES = {
    **dict.fromkeys(("width", "height", "depth", "lspace", "rspace", "voffset"), _LENGTH),
    **dict.fromkeys(("minsize", "maxsize", "linethickness"), _LENGTH),
    **dict.fromkeys(("stretchy", "fence", "form", "movablelimits", "accent"), _WORD),
    **dict.fromkeys(("displaystyle", "scriptlevel", "mathvariant"), _WORD),
    **dict.fromkeys(("mathcolor", "mathbackground"), _COLOUR),
}
_LIMITS = {"lim", "max", "min", "sup", "inf", "det", "gcd", "Pr"}
_PRIMES = {"″": "′′", "‴": "′′′", "⁗": "′′′′"}  # noqa: RUF001
_BREAKS = frozenset("=≈≡≠<>≤≥∼≃≅∝→←↦⇒⇔∈∉⊂⊆∣+−-·⋅×±⊕⊗⊙")  # noqa: RUF001
_LONG = 8
_WIDER = '<mspace width="0.5em"></mspace>'
_THIN = f'<mspace width="{THIN}"></mspace>'


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
    depth = 0
    for node in nodes:
        pieces[-1].append(node)
        depth += {"open": 1, "close": -1}.get(kind(node), 0)
        ends = text(node) in _BREAKS or (text(node) == "," and depth == 0)
        if node.tag == "mo" and ends and node.get("rspace") != "0" and len(pieces[-1]) > 1:
            pieces.append([])
    return [f"<mrow>{_row(piece)}</mrow>" for piece in pieces if piece]


def _element(node: Element, columns: str = "") -> str:
    tag = node.tag if node.tag in _TAGS else "mrow"
    if _COLUMNS.fullmatch(node.get("style", "")) and len(node) == 1:
        return _element(node[0], node.get("style", ""))
    attributes = _kept(node)
    kind = _kind(node)
    if tag in {"mi", "mn", "mo", "mtext"} and not len(node):
        return _leaf(tag, node, attributes)
    if tag in _CHILDREN and len(node) != _CHILDREN[tag]:
        raise TexError("a part of the formula is missing")
    if tag in SCRIPTS and _takes_limits(node[0]):
        tag = SCRIPTS[tag]
    if tag == "mtable":
        inside = "".join(_table(node, columns))
    elif tag in ("mover", "munder") and (mark := accent(node)):
        inside = _element(node[0]) + mark
        attributes = ' accent="true"' if tag == "mover" and "scriptlevel" not in mark else ""
    elif tag in _CHILDREN:
        inside = "".join(map(_element, map(_unwrapped, node)))
    else:
        inside = _row(list(node))
    if tag == "mpadded" and (node.get("width") or "").startswith("+"):
        return f"<mrow>{_WIDER}{_row(list(node[:1]))}{_WIDER}</mrow>"  # no browser adds to a width
    if tag == "mo":
        tag = "mrow"  # a group that the note calls an operator
    return f"<{tag}{kind}{attributes}>{inside}</{tag}>"


def _unwrapped(node: Element) -> Element:
    # The arrow of `\xrightarrow`, which a browser draws out only where it stands by itself.
    return node[0] if node.tag == "mstyle" and len(node) == 1 and node[0].tag == "mo" else node


def _row(nodes: list[Element]) -> str:
    if any(node.get("linebreak") for node in nodes):
        return _broken(nodes)
    out: list[str] = []
    for index, node in enumerate(nodes):
        if is_name(node):
            before = nodes[index - 1] if index else None
            after = nodes[index + 1] if index + 1 < len(nodes) else None
            gap_before = before is not None and kind(before) in {"ord", "close"}
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


def _table(table: Element, columns: str) -> Iterator[str]:
    lines = [bool(bars) for bars in re.split("[lcr]", columns)]
    rows = [(row, _takes_rule(row)) for row in table]
    last = ""
    if len(rows) > 1 and rows[-1][1] and not any(len(cell) for cell in rows[-1][0]):
        rows.pop()
        last = " math-last"
    for number, (row, ruled) in enumerate(rows, 1):
        names = "math-rule" * ruled + last * (number == len(rows))
        yield f'<mtr class="{names.strip()}">' if names else "<mtr>"
        for place, cell in enumerate(row):
            end = place + 2 == len(lines) and lines[-1]
            yield _cell(cell, line=place < len(lines) and lines[place], end=end)
        yield "</mtr>"


def _takes_rule(row: Element) -> bool:
    # `\hline` is a mark at the beginning of the row that it stands over.
    cell = row[0] if len(row) else row
    marks = [node for node in cell if node.get("style") == RULE]
    for mark in marks:
        cell.remove(mark)
    return bool(marks)


def _cell(cell: Element, *, line: bool, end: bool) -> str:
    align = cell.get("columnalign", "center")
    names = [f"math-{align}"] * (align != "center")
    names += ["math-line"] * line + ["math-end"] * end
    inside = _row(list(cell))
    return f'<mtd class="{" ".join(names)}">{inside}</mtd>' if names else f"<mtd>{inside}</mtd>"


def _leaf(tag: str, node: Element, attributes: str) -> str:
    raw = node.text or ""
    shown = unescape(raw)
    if tag in {"mi", "mo"} and shown.startswith("\\") and len(shown) > 1:
        raise TexError(f"the command `{shown}` is not known")
    if tag == "mi" and raw in {"&", "{", "}"}:
        raise TexError(f"`{raw}` stands where it means nothing")
    shown = _PRIMES.get(shown, shown)
    variant = node.get("mathvariant")
    if tag == "mo" and is_name(node):
        limits = _takes_limits(node)
        attributes = ' lspace="0" rspace="0"' + ' movablelimits="true"' * limits
    elif variant and variant != "normal":
        shown = styled(shown, variant)
    elif tag == "mi" and _is_upright(raw, shown):
        attributes = ' mathvariant="normal"'
    elif tag == "mo" and node.get("minsize") and not node.get("stretchy"):
        attributes += ' stretchy="true"'
    return f"<{tag}{attributes}>{escape(shown, quote=False)}</{tag}>"


def _is_upright(raw: str, shown: str) -> bool:
    # Browsers slant any single letter. The converter writes the letter of `\mathrm` as a
    # reference; capital Greek letters are upright in TeX.
    return (raw.startswith("&#") and shown.isascii() and shown.isalpha()) or "Α" <= shown <= "Ω"  # noqa: RUF001


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


def _takes_limits(node: Element) -> bool:
    if node.tag == "mo" and node.get("movablelimits") == "true":
        return True
    return node.tag in {"mo", "mi"} and (text(node) in _LIMITS or text(node) in SUMS)


def _opens(node: Element) -> bool:
    while node.tag == "mrow" and len(node):
        node = node[0]
    if text(node) in BARS:
        return False
    return node.tag in {"mspace", "mo"} and not is_name(node)
