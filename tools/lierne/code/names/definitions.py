"""What the names in a project's Python files and run blocks stand for, across all of its files."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.code.imports import PYTHON
from lierne.code.names.definition import Definition
from lierne.code.names.module import Module, read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lierne.code.names.scope import Meaning

_DEEPEST = 20
"""How many steps are taken from a name to where it is defined."""
_NOTHING = Module()


@dataclass(frozen=True, slots=True)
class Use:
    """A name in a file that a definition of the project stands behind."""

    line: int
    """Counted from 1."""
    column: int
    """The characters before it on its line."""
    length: int
    definition: Definition


class Definitions:
    """Finds what names stand for in the files that may be spoken of."""

    def __init__(
        self, texts: Mapping[str, str], roots: Sequence[str], silent: Collection[str] = ()
    ) -> None:
        """Takes the project's files; reads none of them yet.

        Args:
            texts: The text of each file by its path, also of those that are not Python.
            roots: The folders that imports are looked up in, from the project's root.
            silent: Paths of further files, which are there and of which nothing may be said.
        """
        self._texts = texts
        self._roots = roots
        self._paths = {path for path in (*texts, *silent) if path.endswith(PYTHON)}
        self._folders = {folder for path in self._paths for folder in _above(path)}
        self._found: dict[tuple[str, Meaning], Definition | None] = {}

    def of(self, path: str) -> Mapping[str, Definition]:
        """What a file defines, by name."""
        return self._module(path).definitions

    def uses(self, path: str) -> tuple[Use, ...]:
        """The names in a file that definitions stand behind, in no order."""
        return self._uses(path, self._module(path))

    def uses_in_script(
        self, parts: Sequence[str]
    ) -> tuple[tuple[Use, ...], Mapping[str, Definition]]:
        """The names in a program that is no file of the project, and what it defines itself.

        Args:
            parts: Whole lines of it, one part after the other. One that is not Python is left out.
        """
        module = read("", "".join(parts), script=True)
        if not module.readable:
            sound = (part if read("", part).readable else "\n" * part.count("\n") for part in parts)
            module = read("", "".join(sound), script=True)
        return self._uses("", module, own=module), module.definitions

    def _uses(self, path: str, module: Module, own: Module | None = None) -> tuple[Use, ...]:
        found = []
        for seen in module.seen:
            if own is not None and seen.meaning.module is None:
                definition = self._in(own, "", seen.meaning.path, _DEEPEST)
            else:
                definition = self._find(path, seen.meaning)
            if definition is not None:
                found.append(Use(seen.line, seen.column, seen.length, definition))
        return tuple(found)

    def _module(self, path: str) -> Module:
        text = self._texts.get(path)
        return _NOTHING if text is None or not path.endswith(PYTHON) else read(path, text)

    def _find(self, path: str, meaning: Meaning, steps: int = _DEEPEST) -> Definition | None:
        # Where a name leads in a circle, it leads nowhere.
        key = (path, meaning)
        if key not in self._found:
            self._found[key] = None
            self._found[key] = self._look_up(path, meaning, steps)
        return self._found[key]

    def _look_up(self, path: str, meaning: Meaning, steps: int) -> Definition | None:
        if steps == 0:
            return None
        if meaning.module is None:
            return self._in(self._module(path), path, meaning.path, steps)
        stem = self._stem(path, meaning)
        return None if stem is None else self._below(stem, meaning.path, steps)

    def _below(self, stem: str, names: tuple[str, ...], steps: int) -> Definition | None:
        """What names lead to from a module or package."""
        path = self._file(stem)
        if not names:
            return None if path is None else self._whole(path)
        if path is not None:
            found = self._in(self._module(path), path, names, steps)
            if found is not None:
                return found
        inner = f"{stem}/{names[0]}"
        return self._below(inner, names[1:], steps) if self._is_there(inner) else None

    def _in(
        self, module: Module, path: str, names: tuple[str, ...], steps: int
    ) -> Definition | None:
        """What names lead to within one file."""
        found = module.definitions.get(".".join(names))
        if found is not None:
            return found
        imported = module.imported.get(names[0])
        if imported is not None:
            for name in names[1:]:
                imported = imported.member(name)
            return self._find(path, imported, steps - 1)
        for behind in module.behind.get(".".join(names[:-1]), ()):
            if inherited := self._find(path, behind.member(names[-1]), steps - 1):
                return inherited
        return self._by_star(module, path, names, steps)

    def _by_star(
        self, module: Module, path: str, names: tuple[str, ...], steps: int
    ) -> Definition | None:
        if names[0] in module.definitions or names[0].startswith("_"):
            return None
        for star in module.stars:
            meaning = star
            for name in names:
                meaning = meaning.member(name)
            if found := self._find(path, meaning, steps - 1):
                return found
        return None

    def _whole(self, path: str) -> Definition | None:
        if path not in self._texts:
            return None
        dotted = path.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")
        for root in self._roots:
            dotted = dotted.removeprefix(f"{root.replace('/', '.')}.")
        return Definition(path, "", 1, 0, 0, dotted, self._module(path).about)

    def _stem(self, path: str, meaning: Meaning) -> str | None:
        """Where a module lies, without its file's ending."""
        module = meaning.module or ()
        if meaning.level:
            folder = posixpath.dirname(path)
            for _ in range(meaning.level - 1):
                folder = posixpath.dirname(folder)
            return posixpath.join(folder, *module)
        own = [root for root in self._roots if path.startswith(f"{root}/")]
        places = dict.fromkeys([*own, *self._roots, "", posixpath.dirname(path)])
        stems = (posixpath.join(place, *module) for place in places)
        return next((stem for stem in stems if self._is_there(stem)), None)

    def _is_there(self, stem: str) -> bool:
        return stem in self._folders or self._file(stem) is not None

    def _file(self, stem: str) -> str | None:
        ways = [f"{stem}{ending}" for ending in PYTHON]
        ways += [f"{stem}/__init__{ending}" for ending in PYTHON]
        return next((way for way in ways if way in self._paths), None)


def _above(path: str) -> list[str]:
    folders = []
    while path := posixpath.dirname(path):
        folders.append(path)
    return folders
