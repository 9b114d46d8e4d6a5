"""What a definition says of itself in one line: its signature, and how its docstring begins."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SPREAD = re.compile(r"(?<=[\[({]) |,? (?=[\])}])")
"""What parts brackets from what they hold, where that stands on several lines."""
LONGEST = 160
"""How many characters of a signature or docstring are kept."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Documented: TypeAlias = Function | ast.ClassDef | ast.Module


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, class, constant or method of a Python file, or the file itself."""

    target: str
    """The path of the file; empty for a note's run blocks."""
    name: str
    """As the file calls it: `softmax`, `Tape.gradients`; empty for the file itself."""
    line: int
    """That of the name, counted from 1."""
    column: int
    """The characters before the name on its line."""
    length: int
    """The characters of the name there."""
    signature: str
    """In one line, as written."""
    about: str
    """The first line of its docstring, or nothing."""


class Source:
    """A file's text, of which nodes of its syntax tree are pieces."""

    def __init__(self, text: str) -> None:
        """Takes the whole text."""
        self._lines = text.split("\n")
        self._ascii = text.isascii()

    def column(self, line: int, offset: int) -> int:
        """How many characters stand before a byte of a line, as syntax trees count bytes."""
        if self._ascii:
            return offset
        return len(self._lines[line - 1].encode()[:offset].decode("utf-8", "ignore"))

    def find(self, word: str, line: int, column: int) -> int:
        """Where a word next stands on a line; -1 where it does not."""
        return self._lines[line - 1].find(word, column)

    def piece(self, node: ast.expr | ast.arg | ast.stmt) -> str:
        """What is written for a node, in one line."""
        last = node.end_lineno or node.lineno
        lines = self._lines[node.lineno - 1 : last]
        lines[-1] = lines[-1][: self.column(last, node.end_col_offset or 0)]
        lines[0] = lines[0][self.column(node.lineno, node.col_offset) :]
        written = " ".join(line.strip() for line in lines)
        return written if len(lines) == 1 else _SPREAD.sub("", written)


def about(node: Documented) -> str:
    """The first line of a docstring, or nothing."""
    body = node.body
    return first_line(body[0]) if body else ""


def first_line(statement: ast.stmt) -> str:
    """The first line of a text that stands by itself, as docstrings do; else nothing."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
        return ""
    value = statement.value.value
    return shortened(value.strip().split("\n", 1)[0]) if isinstance(value, str) else ""


def of_function(source: Source, node: Function, name: str, *, method: bool) -> str:
    """The signature of a function.

    Args:
        source: The text that it stands in.
        node: The function.
        name: What it shall be called.
        method: Whether its first parameter goes without saying.
    """
    parameters = list(_parameters(source, node.args))
    if method and parameters and node.args.posonlyargs + node.args.args:
        del parameters[0]
        if parameters[:1] == ["/"]:
            del parameters[0]
    returns = f" -> {source.piece(node.returns)}" if node.returns else ""
    return shortened(f"{name}({', '.join(parameters)}){returns}")


def of_class(source: Source, node: ast.ClassDef, name: str) -> str:
    """How a class begins."""
    bases = ", ".join(source.piece(base) for base in node.bases)
    return shortened(f"class {name}({bases})" if bases else f"class {name}")


def shortened(text: str) -> str:
    """A text in one line of bearable length."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _parameters(source: Source, given: ast.arguments) -> Iterator[str]:
    by_place = [*given.posonlyargs, *given.args]
    bare = len(by_place) - len(given.defaults)
    for number, one in enumerate(by_place):
        yield _parameter(
            source, one, [*given.defaults[max(number - bare, 0) :]] if number >= bare else ()
        )
        if number + 1 == len(given.posonlyargs):
            yield "/"
    if given.vararg:
        yield f"*{source.piece(given.vararg)}"
    elif given.kwonlyargs:
        yield "*"
    for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield _parameter(source, one, [default] if default else ())
    if given.kwarg:
        yield f"**{source.piece(given.kwarg)}"


def _parameter(source: Source, one: ast.arg, defaults: Sequence[ast.expr]) -> str:
    written = source.piece(one)
    if not defaults:
        return written
    equals = " = " if one.annotation else "="
    return f"{written}{equals}{source.piece(defaults[0])}"
