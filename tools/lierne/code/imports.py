"""Which file imports which: read from the code's syntax tree, and never run."""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

PYTHON = (".py", ".pyi")
_LINE_END = re.compile(r"\r\n|\r|\n")
_IMPORTING = (ast.Import, ast.ImportFrom, ast.Call)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a file in another."""

    source: str
    """The path of the file that imports."""
    target: str
    """The path of the file that is imported."""
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One name that a file imports."""

    level: int
    """How many dots stand before it."""
    parts: tuple[str, ...]
    """The module's name, with the name that is wanted of it."""
    line: int
    offset: int
    """How many bytes stand before it on its line."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is not Python although its name says so."""

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
        wanted = _wanted(path, text)
        if isinstance(wanted, Unreadable):
            unreadable.append(wanted)
        elif wanted:
            finder = Finder(texts.keys(), roots, path)
            targets = ((one, finder.find(one)) for one in wanted)
            found += (
                Import(path, target, one.line, one.offset + 1)
                for one, target in targets
                if target is not None and target != path
            )
    return tuple(found), tuple(unreadable)


def syntax_error(path: str, text: str) -> Unreadable | None:
    """Why a file is not Python, None where it is."""
    found = parse(path, text)
    return found if isinstance(found, Unreadable) else None


def parse(path: str, text: str) -> ast.Module | Unreadable:
    """The syntax tree of a Python file, or why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a string is no matter of imports
            return ast.parse(text)
    except SyntaxError as error:
        line = error.lineno or 1
        return Unreadable(path, line, max(error.offset or 1, 1), error.msg)
    except (ValueError, RecursionError, MemoryError):
        return Unreadable(path, 1, 1, "cannot be parsed")


def asked(tree: ast.AST) -> Iterator[Asked]:
    """All that a file imports by a statement, or by a name in `import_module`, in its order."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, _IMPORTING)]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(node, ast.Call):
            if (name := _literal(node)) is not None:
                yield Asked(0, tuple(name.split(".")), node.lineno, node.col_offset)
            continue
        level, front = 0, ""
        if isinstance(node, ast.ImportFrom):
            level, front = node.level, node.module or ""
        for alias in node.names:
            parts = [*front.split("."), *alias.name.split(".")]
            named = tuple(part for part in parts if part and part != "*")
            yield Asked(level, named, alias.lineno, alias.col_offset)


def looked_up_in(path: str, roots: Sequence[str]) -> tuple[str, ...]:
    """The folders that a file's imports are looked up in, the first one first.

    Args:
        path: The file's.
        roots: Those folders of the whole project.
    """
    own = [root for root in roots if path.startswith(f"{root}/")]
    # Last the folders that Python adds by itself: where it was started, and the script's own.
    return tuple(dict.fromkeys([*own, *roots, "", posixpath.dirname(path)]))


def module_file(stem: str, paths: Container[str]) -> str | None:
    """The file of a module or package, None where there is none.

    Args:
        stem: Where it lies, without the file's ending.
        paths: All files.
    """
    ways = (f"{stem}{ending}" for ending in PYTHON)
    packages = (posixpath.join(stem, f"__init__{ending}") for ending in PYTHON)
    return next((path for path in (*ways, *packages) if path in paths), None)


def module_name(path: str, roots: Sequence[str]) -> str:
    """The full name of the module that a Python file is.

    Args:
        path: The file's.
        roots: The folders that imports are looked up in.
    """
    root = max((root for root in roots if path.startswith(f"{root}/")), key=len, default="")
    parts = posixpath.splitext(path)[0].removeprefix(root).strip("/").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Finder:
    """Looks up what one file imports."""

    def __init__(self, paths: Container[str], roots: Sequence[str], path: str) -> None:
        """Takes all files, the folders that imports are looked up in, and the file itself."""
        self._paths = paths
        self._folder = posixpath.dirname(path)
        self._roots = looked_up_in(path, roots)

    def find(self, asked: Asked) -> str | None:
        """The path of what is imported, None where it is none of the files."""
        parts = list(asked.parts)
        if asked.level:
            return self._relative(asked.level, parts)
        found = (self._longest(root, parts) for root in self._roots)
        return next((path for path in found if path is not None), None)

    def _relative(self, level: int, parts: list[str]) -> str | None:
        folder = self._folder
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        return self._longest(folder, parts) or module_file(folder, self._paths)

    def _longest(self, folder: str, parts: list[str]) -> str | None:
        """The module that the name's longest beginning names: `from a.b import c` may be `a.b`."""
        for end in range(len(parts), 0, -1):
            found = module_file(posixpath.join(folder, *parts[:end]), self._paths)
            if found is not None:
                return found
        return None


@lru_cache(maxsize=2**14)  # who watches asks again after each save, and most files are as before
def _wanted(path: str, text: str) -> tuple[Asked, ...] | Unreadable:
    """What a file imports, with offsets in characters; or why it cannot be said."""
    tree = parse(path, text)
    if isinstance(tree, Unreadable):
        return tree
    lines = _LINE_END.split(text)

    def characters(one: Asked) -> int:
        return len(lines[one.line - 1].encode()[: one.offset].decode("utf-8", "ignore"))

    return tuple(replace(one, offset=characters(one)) for one in asked(tree))


def _literal(call: ast.Call) -> str | None:
    """The name that `import_module("…")` or `__import__("…")` is given, where it stands there."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    given = call.args[0] if len(call.args) == 1 else None
    if name not in ("import_module", "__import__") or not isinstance(given, ast.Constant):
        return None
    return given.value if isinstance(given.value, str) and given.value else None
