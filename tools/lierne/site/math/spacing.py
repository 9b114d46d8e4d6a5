"""Sets the space round signs as TeX does: a sum has some, the sign of a number has none.

Browsers go by a dictionary of signs and by who stands first and last, so that they take the minus
in `= -x` for a difference, and a bar for a sign between two letters.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.symbols_parser import convert_symbol

SCRIPTS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
INTEGRALS = frozenset("∫∬∭∮∯∰⨌")
SUMS = frozenset("∑∏∐⋀⋁⋂⋃⨀⨁⨂⨄⨆")  # noqa: RUF001
THIN = "0.167em"
BARS = frozenset("|‖")

_OVER = {"mover", "munder", "munderover"}
_ROWS = {"math", "mrow", "mtd", "mstyle", "msqrt", "mpadded", "mphantom", "menclose"}
_BINARY = frozenset("+-−±∓×÷·⋅∘•∗⋆⊕⊖⊗⊘⊙∧∨∩∪∖⊎⧵⊓⊔⋄≀⋉⋊△†‡")  # noqa: RUF001
_SIGNS = frozenset("+-−±∓")  # noqa: RUF001
_ORDINARY = frozenset("/∞∅∀∃∄¬∂∇√∠∡⊤!%#$&_′″‴")  # noqa: RUF001
_FENCES = {**dict.fromkeys("([{⟨⌊⌈", "open"), **dict.fromkeys(")]}⟩⌋⌉", "close")}
_DOTS = frozenset("…⋯⋮⋱⋰")
# What the converter writes with another character than the one that is meant.
_MEANT = {"~": "∼", "*": "∗", "\N{MIDDLE DOT}": "⋅", "-": "−"}  # noqa: RUF001
_SLASH = "\u29f8"
_OPERAND = {"ord", "close", "inner"}
_NONE = "0"
_WIDE = "0.278em"


def text(node: Element) -> str:
    """The characters of a leaf, without the spaces that the converter puts into names."""
    return re.sub("[\u2006\u2009 ]", "", unescape(node.text or ""))


def core(node: Element) -> Element:
    """What a node is without what stands at, above and below it."""
    while node.tag in {*SCRIPTS, *_OVER} and len(node):
        node = node[0]
        if node.tag == "mrow" and len(node) == 1:
            node = node[0]
    return node


def is_name(node: Element) -> bool:
    """Whether it is the name of a function, such as `log`."""
    inner = core(node)
    shown = text(inner)
    return inner.tag in {"mi", "mo"} and len(shown) > 1 and shown.isalpha()


def kind(node: Element) -> str:
    """What TeX takes a node for: ord, op, bin, rel, open, close, punct or inner; or a space."""
    if node.tag == "mspace" or (node.tag == "mtext" and not text(node).strip()):
        return ""
    sign = core(node)
    if is_name(sign):
        return "op"
    shown = text(sign)
    if sign.tag != "mo" or not shown:
        return "ord"
    if sign.get("form"):
        return {"prefix": "open", "postfix": "close"}.get(sign.get("form", ""), "rel")
    return _FENCES.get(shown) or _kind_of_sign(shown)


def _kind_of_sign(shown: str) -> str:
    if shown in BARS or shown in _ORDINARY:
        return "ord"
    kinds = {"bin": _BINARY, "op": SUMS | INTEGRALS, "inner": _DOTS, "punct": frozenset(",;")}
    related = shown == ":" or unicodedata.category(shown[0]) in {"Sm", "So"}
    other = "rel" if related else "ord"
    return next((name for name, signs in kinds.items() if shown in signs), other)


def space(node: Element, level: int) -> None:
    """Sets the space round all signs of a formula, from the outside in.

    Args:
        node: The formula, which is changed.
        level: How far in it stands: 0 on lines of its own, 1 in a line, 2 and more in an index,
            where TeX sets signs tight.
    """
    level = _level(node, level)
    if node.tag not in _OVER:
        _mend_signs(node)  # over a letter, a sign is a mark
    if node.tag in _ROWS and not (node.tag == "mstyle" and len(node) == 1):
        _space_row(list(node), tight=level > 1)
    if level == 0 and node.tag in {"msub", "msubsup"} and text(node[0]) in INTEGRALS:
        _tuck_in(node)
    for number, child in enumerate(node):
        small = number > 0 and (node.tag in SCRIPTS or node.tag in _OVER)
        inside = level + (node.tag == "mfrac")
        space(child, max(2, level + 1) if small else inside)
        if node.tag in _ROWS and child.tag == "mrow" and len(child) == 1 and child[0].tag == "mo":
            _set(child[0], _NONE, _NONE)  # `{=}` is no longer a sign between two things


def _level(node: Element, level: int) -> int:
    if node.tag == "mtable":
        return 0 if node.get("displaystyle") == "true" else max(level, 1)
    if node.tag != "mstyle" or not (node.get("scriptlevel") or node.get("displaystyle")):
        return level
    if node.get("scriptlevel", "0") != "0":
        return 2
    return 0 if node.get("displaystyle") == "true" else 1


def _tuck_in(integral: Element) -> None:
    # Browsers set the lower index under the slant of the sign, and then a gap as wide as the slant.
    lower, upper = integral[1], integral[2:]
    if len(_letters(lower)) <= 1 + sum(len(_letters(node)) for node in upper):
        integral[1] = Element("mpadded", {"width": "0"})
        integral[1].append(lower)


def _letters(node: Element) -> str:
    return "".join(map(text, node.iter()))


def _mend_signs(node: Element) -> None:
    children = list(node)
    for child, after in zip(children, [*children[1:], None], strict=False):
        shown = text(child)
        if child.tag == "mpadded" and len(child) == 1 and text(child[0]) == _SLASH:
            if after is not None and after.tag in {"mi", "mo"} and not len(after):
                both = f"{_MEANT.get(text(after), text(after))}\u0338"
                after.tag, after.text = "mo", unicodedata.normalize("NFC", both)
                node.remove(child)
        elif shown.startswith("\\") and child.tag == "mo":  # `\big\{`
            named = convert_symbol(shown)
            child.text = chr(int(named, 16)) if named else shown
        elif len(shown) == 1 and not child.get("mathvariant"):
            _mend_sign(child, shown)


def _mend_sign(sign: Element, shown: str) -> None:
    if sign.get("form") and shown == "\N{PARALLEL TO}":
        sign.text = "\N{DOUBLE VERTICAL LINE}"
    elif sign.tag in {"mi", "mo"}:
        sign.text = _MEANT.get(shown, sign.text)
        if shown in _FENCES and sign.tag == "mi":
            sign.set("stretchy", "false")
        if unicodedata.category(text(sign)) == "Sm" or shown in {*":;•", *_FENCES}:
            sign.tag = "mo"


def _space_row(nodes: list[Element], *, tight: bool) -> None:
    seen = [node for node in nodes if kind(node)]
    kinds = [kind(node) for node in seen]
    for index, node in enumerate(seen):
        before = kinds[index - 1] if index else ""
        after = kinds[index + 1] if index + 1 < len(kinds) else ""
        if text(core(node)) in BARS and kinds[index] == "ord" and before not in _OPERAND:
            kinds[index] = "open"
        if kinds[index] == "bin" and (
            before not in _OPERAND or after in {"rel", "close", "punct", ""}
        ):
            kinds[index] = "ord"
        _space_sign(core(node), kinds[index], before, after, tight=tight)


def _space_sign(sign: Element, name: str, before: str, after: str, *, tight: bool) -> None:
    shown = text(sign)
    if not shown and sign.get("form"):
        _set(sign, _NONE, _NONE)  # `\left.`
    if sign.tag != "mo" or len(sign) or sign.get("form") or is_name(sign) or shown in _FENCES:
        return
    if name in {"rel", "bin", "punct"}:
        if tight:
            _set(sign, _NONE, _NONE)
        elif name == "rel":
            close = before in {"rel", "open", "punct"}, after in {"rel", "close", "punct"}
            if shown == ":" or any(close):
                _set(sign, *(_NONE if near else _WIDE for near in close))
    elif name in {"op", "inner"}:
        thin = _NONE if tight and name == "inner" else THIN
        touching = {"ord", "op", "inner"} | ({"close"} if name == "op" else {"open", "punct"})
        _set(
            sign,
            thin if before in {"ord", "close", "op", "inner"} else _NONE,
            thin if after in touching else _NONE,
        )
    elif before or shown not in _SIGNS:
        _set(sign, _NONE, _NONE)


def _set(sign: Element, before: str, after: str) -> None:
    sign.set("lspace", before)
    sign.set("rspace", after)
