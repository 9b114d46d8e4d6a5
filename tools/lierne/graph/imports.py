"""Which target imports which: read from the code's syntax tree, and never run."""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

PYTHON = (".py", ".pyi")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a target in another target."""

    source: str
    """The path of the target that imports."""
    target: str
    """The path of the target that is imported."""
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A target that is not Python although its name says so."""

    path: str
    line: int
    column: int
    reason: str


def imports(
    texts: Mapping[str, str], roots: Sequence[str]
) -> tuple[tuple[Import, ...], tuple[Unreadable, ...]]:
    """Finds the imports between Python files.

    Args:
        texts: Each file's text by its path from the project's root.
        roots: The folders that imports are looked up in, from the project's root.
    """
    found: list[Import] = []
    unreadable: list[Unreadable] = []
    for path, text in texts.items():
        if not path.endswith(PYTHON):
            continue
        tree = _parse(path, text)
        if isinstance(tree, Unreadable):
            unreadable.append(tree)
        else:
            found.extend(_of_tree(path, tree, text, _Finder(texts.keys(), roots, path)))
    return tuple(found), tuple(unreadable)


def _parse(path: str, text: str) -> ast.Module | Unreadable:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a string is no matter of imports
            return ast.parse(text)
    except SyntaxError as error:
        line = error.lineno or 1
        return Unreadable(path, line, max(error.offset or 1, 1), error.msg)
    except (ValueError, RecursionError, MemoryError):
        return Unreadable(path, 1, 1, "cannot be parsed")


def _of_tree(path: str, tree: ast.Module, text: str, finder: _Finder) -> Iterator[Import]:
    lines = _LINE_END.split(text)
    statements = (n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
    for statement in sorted(statements, key=lambda n: (n.lineno, n.col_offset)):
        for alias in statement.names:
            target = finder.find(statement, alias.name)
            if target is not None and target != path:
                before = lines[alias.lineno - 1].encode()[: alias.col_offset]
                yield Import(path, target, alias.lineno, len(before.decode("utf-8", "ignore")) + 1)


class _Finder:
    """Looks up what one file imports."""

    def __init__(self, paths: Container[str], roots: Sequence[str], path: str) -> None:
        self._paths = paths
        self._folder = posixpath.dirname(path)
        own = [root for root in roots if path.startswith(f"{root}/")]
        # Last the folders that Python adds by itself: where it was started, and the script's own.
        self._roots = list(dict.fromkeys([*own, *roots, "", self._folder]))

    def find(self, statement: ast.Import | ast.ImportFrom, name: str) -> str | None:
        """The path of what is imported, None where it is no target."""
        if isinstance(statement, ast.Import):
            return self._absolute(name.split("."))
        parts = [*(statement.module or "").split("."), name]
        parts = [part for part in parts if part and part != "*"]
        return self._relative(statement.level, parts) if statement.level else self._absolute(parts)

    def _absolute(self, parts: list[str]) -> str | None:
        found = (self._longest(root, parts) for root in self._roots)
        return next((path for path in found if path is not None), None)

    def _relative(self, level: int, parts: list[str]) -> str | None:
        folder = self._folder
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        return self._longest(folder, parts) or self._module(folder)

    def _longest(self, folder: str, parts: list[str]) -> str | None:
        """The module that the name's longest beginning names: `from a.b import c` may be `a.b`."""
        for end in range(len(parts), 0, -1):
            found = self._module(posixpath.join(folder, *parts[:end]))
            if found is not None:
                return found
        return None

    def _module(self, stem: str) -> str | None:
        ways = (f"{stem}{ending}" for ending in PYTHON)
        packages = (posixpath.join(stem, f"__init__{ending}") for ending in PYTHON)
        return next((path for path in (*ways, *packages) if path in self._paths), None)
