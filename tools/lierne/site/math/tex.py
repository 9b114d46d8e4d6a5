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
# Stands for a line over a row, until the row is written.
RULE = "math-rule"
_DROPPED = {r"\nonumber", r"\notag", r"\displaylimits"}
_RENAMED = {
    "\\\n": r"\ ",
    r"\arg": r"\operatorname{arg}",
    r"\bold": r"\mathbf",
    r"\colon": r"{:}\;",
    **dict.fromkeys((r"\hline", r"\hdashline"), rf"\style{{{RULE}}}{{}}"),
    **dict.fromkeys((r"\lbrace", r"\textbraceleft"), r"\{"),
    **dict.fromkeys((r"\rbrace", r"\textbraceright"), r"\}"),
    **dict.fromkeys((r"\vert", r"\lvert", r"\rvert"), "|"),
    **dict.fromkeys((r"\Vert", r"\lVert", r"\rVert"), r"\|"),
    r"\textvisiblespace": "\\text{\u2423}",
}
# What TeX is told to take a part for, as the space that it gets.
_TAKEN_FOR = {
    r"\mathbin": (r"\:{", r"}\:"),
    r"\mathrel": (r"\;{", r"}\;"),
    r"\mathpunct": ("{", r"}\,"),
    **dict.fromkeys((r"\mathord", r"\mathopen", r"\mathclose", r"\mathinner"), ("{", "}")),
    r"\mod": (r"\quad\mathrm{mod}\;{", "}"),
    r"\pmod": (r"\;\;(\mathrm{mod}\;{", "})"),
    r"\set": (r"\{\,{", r"}\,\}"),
    r"\Set": (r"\left\{\,", r"\,\right\}"),
}
_BIG = {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", *"lmr")}
# What may stand in the name of a function besides letters.
_STYLE_OF_NAME = re.compile(
    r"\\(?:math|text)(?:rm|bf|sf|it|tt|up)?|\\(?:text|rm|operatorname|[!*])|[{}]|\\(?=[a-z])|[ \n]"
)
_SPACE_IN_NAME = re.compile(r"(?:\\[,;:> ]\s*|~)+|(?<=[a-z}])\\(?=(?:inf|lim|max|min|sup)\b)")
_NAMES = {r"\operatorname", r"\operatorname*", r"\operatornamewithlimits", r"\mathop"}


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
            "\\\\": self._newline,
            **dict.fromkeys(_NAMES, lambda: self._named(token)),
            **dict.fromkeys(_TAKEN_FOR, lambda: self._taken(token)),
            **dict.fromkeys(_TEXT, lambda: self._text(token)),
            **dict.fromkeys(_DROPPED, str),
            **dict.fromkeys(_BIG, lambda: self._big(token)),
        }
        if token in self._own:
            return token
        return special[token]() if token in special else _RENAMED.get(token, token)

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
        if name == "array":
            columns = _columns(self._group() or "")
            return rf"\style{{{columns}}}{{\begin{{array}}{{{columns.replace('|', '')}}}"
        return rf"\begin{{{_ENVIRONMENTS.get(name, name)}}}" + self._guard(name)

    def _guard(self, name: str) -> str:
        # The converter takes a bracket that comes first for an option, which few environments have.
        comes = "".join(self._tokens[self._at : self._at + 1]).lstrip()
        return "{}" * (comes.startswith("[") and not name.endswith("matrix*"))

    def _end(self) -> str:
        name = (self._group() or "").strip()
        if name in _BRACKETS:
            return rf"\end{{matrix}}\right{_BRACKETS[name][1]}}}"
        end = rf"\end{{{_ENVIRONMENTS.get(name, name).partition('}')[0]}}}"
        return end + "}" * (name == "array")

    def _label(self) -> str:
        self._group()
        return ""

    def _tag(self) -> str:
        return rf"\qquad\text{{({self._group() or ''})}}"

    def _newline(self) -> str:
        self._skip(_LENGTH)
        return "\\\\"

    def _named(self, command: str) -> str:
        inside = self._group()
        if inside is None:
            return command
        name = _STYLE_OF_NAME.sub("", _SPACE_IN_NAME.sub("\u2009", inside)).strip("\u2009 ")
        if re.fullmatch("[A-Za-z\u2009]+", name):
            star = "" if command == r"\operatorname" else "*"
            return rf"\operatorname{star}{{{name}}}"
        if re.fullmatch("[A-Za-z0-9\u2009-]+", name):
            return rf"\text{{{name}}}"
        within = rewrite(inside)
        return f"{{{within}}}" if command == r"\mathop" else rf"\mathrm{{{within}}}"

    def _taken(self, command: str) -> str:
        inside = self._group()
        if inside is None:
            return command
        before, after = _TAKEN_FOR[command]
        return f"{before}{rewrite(inside)}{after}"

    def _big(self, command: str) -> str:
        inside = self._group()
        return command if inside is None else f"{command} {rewrite(inside)}"

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


def _columns(spec: str) -> str:
    spec = re.sub(r"\*\s*\{?(\d)\}?\s*\{([^{}]*)\}", lambda found: int(found[1]) * found[2], spec)
    spec = re.sub(r"[@!<>]\s*\{[^{}]*\}", "", spec)
    spec = re.sub(r"[pmb]\s*\{[^{}]*\}", "l", spec.replace(":", "|"))
    return re.sub("[^lcr|]", "", spec) or "c"


def _plain(text: str) -> str:
    # Words may be set in another weight within `\text`; the converter shows the command instead.
    text = re.sub(r"\\(?:text)?color\s*\{[^{}]*\}", "", text)
    text = re.sub(r"\\(?:q?quad\b\s*|[,;:> ])", "\u00a0", text)
    text = re.sub(r"\\text[a-z]*\s*|\\emph\s*|(?<!\\)[{}]", "", text)
    return re.sub(r"\\([$%&#_])|~", lambda m: m[1] or "\u00a0", text)
