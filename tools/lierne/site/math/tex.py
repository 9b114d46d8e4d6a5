r"""Rewrites TeX into the part of it that the converter knows.

The converter has no `aligned`, prints `\label`, and takes `\text{a $x$ b}` at its letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}]|[^\\{}]+|\\", re.DOTALL)
_LENGTH = re.compile(r"\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|cm|mm|in|mu|px|\\baselineskip)\s*\]")
_POSITION = re.compile(r"\s*\[[tbc]\]")

# What an environment is called here, and what its columns look like there.
_ENVIRONMENTS = {
    "aligned": "split",
    "alignedat": "split",
    "align": "align*",
    "alignat": "align*",
    "alignat*": "align*",
    "flalign": "align*",
    "flalign*": "align*",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "gathered": "array}{c",
    "gather": "array}{c",
    "gather*": "array}{c",
    "multline": "array}{c",
    "multline*": "array}{c",
    "dcases": "cases",
}
# The converter puts brackets beside a matrix, not around it: an index would have nothing to
# stand at, and a bar would stay as low as a letter.
_BRACKETS = {
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": (r"\{", r"\}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": (r"\|", r"\|"),
}
_WITH_COUNT = {"alignedat", "alignat", "alignat*"}
_TEXT = {r"\text", r"\textrm", r"\textnormal", r"\mbox", r"\hbox"}
_DROPPED = {r"\nonumber", r"\notag", r"\displaylimits"}
_RENAMED = {
    r"\arg": r"\operatorname{arg}",
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\vert": "|",
    r"\bold": r"\mathbf",
}


class TexError(ValueError):
    """The TeX cannot be shown; the message says why, in half a sentence."""


def rewrite(tex: str) -> str:
    """Turns TeX as people write it into TeX that the converter knows.

    Raises:
        TexError: A brace has no partner.
    """
    return _Rewriter(tex).run()


class _Rewriter:
    def __init__(self, tex: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(tex)
        self._at = 0
        self._out: list[str] = []
        self._own = set(re.findall(r"\\(?:re)?newcommand\s*\{?(\\[A-Za-z]+)", tex))

    def run(self) -> str:
        depth = 0
        while self._at < len(self._tokens):
            token = self._next()
            depth += {"{": 1, "}": -1}.get(token, 0)
            if depth < 0:
                raise TexError("a closing brace has no opening one")
            self._out.append(self._one(token))
        if depth:
            raise TexError("an opening brace has no closing one")
        return "".join(self._out)

    def _one(self, token: str) -> str:
        special: dict[str, Callable[[], str]] = {
            r"\begin": self._begin,
            r"\end": self._end,
            r"\label": self._label,
            r"\tag": self._tag,
            r"\tag*": self._tag,
            r"\mathop": self._operator,
            "\\\\": self._newline,
        }
        if token in special:
            return special[token]()
        if token in _TEXT:
            return self._text(token)
        if token in _DROPPED:
            return ""
        return token if token in self._own else _RENAMED.get(token, token)

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _group(self) -> str | None:
        # The inside of the braces that follow, as written; None where none follow.
        start = self._at
        while start < len(self._tokens) and not self._tokens[start].strip():
            start += 1
        if start >= len(self._tokens) or self._tokens[start] != "{":
            return None
        depth = 0
        for end in range(start, len(self._tokens)):
            depth += {"{": 1, "}": -1}.get(self._tokens[end], 0)
            if depth == 0:
                self._at = end + 1
                return "".join(self._tokens[start + 1 : end])
        raise TexError("an opening brace has no closing one")

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if self._at < len(self._tokens):
            rest = self._tokens[self._at]
            found = pattern.match(rest)
            if found:
                self._tokens[self._at] = rest[found.end() :]

    def _begin(self) -> str:
        name = (self._group() or "").strip()
        if name in _WITH_COUNT:
            self._group()
        if name in _ENVIRONMENTS or name.endswith("array"):
            self._skip(_POSITION)
        if name in _BRACKETS:
            return rf"{{\left{_BRACKETS[name][0]}\begin{{matrix}}"
        return rf"\begin{{{_ENVIRONMENTS.get(name, name)}}}"

    def _end(self) -> str:
        name = (self._group() or "").strip()
        if name in _BRACKETS:
            return rf"\end{{matrix}}\right{_BRACKETS[name][1]}}}"
        return rf"\end{{{_ENVIRONMENTS.get(name, name).partition('}')[0]}}}"

    def _label(self) -> str:
        self._group()
        return ""

    def _tag(self) -> str:
        return rf"\qquad\text{{({self._group() or ''})}}"

    def _newline(self) -> str:
        self._skip(_LENGTH)
        return "\\\\"

    def _operator(self) -> str:
        inside = self._group() or ""
        word = re.fullmatch(r"\s*\\(?:mathrm|text|operatorname|rm)\s*\{?([A-Za-z ]+)\}?\s*", inside)
        if word:
            return rf"\operatorname*{{{word[1]}}}"
        return f"{{{rewrite(inside)}}}"

    def _text(self, token: str) -> str:
        inside = self._group()
        if inside is None:
            return token
        pieces = re.split(r"(?<!\\)\$", inside)
        shown = (
            rewrite(piece) if number % 2 else rf"\text{{{_plain(piece)}}}"
            for number, piece in enumerate(pieces)
            if piece
        )
        return "".join(shown)


def _plain(text: str) -> str:
    # Words may be set in another weight within `\text`; the converter shows the command instead.
    text = re.sub(r"\\text[a-z]*\s*|\\emph\s*|(?<!\\)[{}]", "", text)
    return re.sub(r"\\([$%&#_])|~", lambda m: m[1] or "\u00a0", text)
